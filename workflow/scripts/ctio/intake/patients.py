"""Whose CTs lie in a folder: folders, archives and image files of patients, or their loose slices.

A folder, zip archive or image file is one patient. The headers correct this: slices that lie loose,
on a CD, or in one folder with those of other patients are told apart by the patient's number, and
series of one examination that lie in folders of their own are one patient.
"""

import os
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from ctio.intake.first_slices import read_archive_slices, read_first_slice
from ctio.intake.folders import list_files
from ctio.intake.readable import ending_of

ZIP, DICOM, DISC = ".zip", ".dcm", "DICOMDIR"
MAX_FILES = 2_000_000  # of all patients together
SAMPLE = 12  # DICOM files of a folder whose headers are read, unless they are of several patients
MIN_MADE_ANEW = 10  # single slices, each of its own examination: an anonymiser's work
MASK_NAME = re.compile(r"(?<![a-z])(mask|seg|segmentation|label|labelmap)s?(?![a-z])")
BESIDE = "archives and image files beside a patient's DICOM slices, left out"
MASKS = "image files named as masks, left out"
UNREAD = "DICOM files without a CT slice, left out"
NO_IMAGE = "folders without any image, left out"
SEVERAL_PATIENTS = "folders with slices of several patients, told apart by the patient's number"
SEVERAL_EXAMINATIONS = (
    "folders with several examinations and no patient's number, each taken for one patient"
)
SEVERAL_IMAGES = "folders with several image files or archives, each taken for another patient"
SEVERAL_IN_ARCHIVE = "archives with slices of several patients: unpack them, and call again"
ONE_EXAMINATION = "folders with another series of an examination, put together with the first one"
NO_IMAGES = (
    *(".pdf", ".txt", ".md", ".rtf", ".csv", ".tsv", ".xls", ".xlsx", ".ods", ".doc", ".docx"),
    *(".json", ".xml", ".html", ".htm", ".css", ".js", ".jpg", ".jpeg", ".png", ".gif", ".bmp"),
    *(".exe", ".dll", ".jar", ".bat", ".sh", ".inf", ".ini", ".ico", ".log", ".db", ".lnk"),
)


@dataclass
class FoundPatient:
    """What lies in a folder for one patient.

    Attributes
    ----------
    source : str
        Where it was found, seen from the folder; it may name the patient.
    paths : list of Path
        One folder, archive or file; or the slices.
    ending : str
        Of the file; empty for a folder and for slices.
    header : dict
        What the slices of the longest series say of the patient, as `Slice.once`; empty if there
        are none.
    series : set of str
        Identifiers of the series.
    """

    source: str
    paths: list
    ending: str = ""
    header: dict = field(default_factory=dict)
    series: set = field(default_factory=set)


def find_patients(folder):
    """The patients whose CTs lie in a folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    patients : list of FoundPatient
        In the order of their sources.
    remarks : collections.Counter
        What was left out or put together, and how often; names nobody.

    Raises
    ------
    RejectedInput
        If there are too many files.
    """
    remarks = Counter()
    entries = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    if any(path.name.upper() == DISC for path in entries):
        groups = [_Files(folder, list_files(folder, max_files=MAX_FILES))]
    else:
        loose = _Files(folder, [path for path in entries if path.is_file()])
        within = [path for path in entries if path.is_dir()]
        groups = [loose, *map(_look_into, within)]
    patients = [patient for group in groups for patient in _patients_of(group, folder, remarks)]
    patients = _join_examinations(patients, remarks)
    return sorted(patients, key=lambda patient: patient.source), remarks


def _look_into(top):
    """The files of a folder; of DICOM files some in each folder, if these are of one patient."""
    paths = list_files(top, max_files=MAX_FILES)
    some = _Files(top, paths, sample=SAMPLE)
    return some if len(_by_patient(some.ct, by_examination=False)) == 1 else _Files(top, paths)


class _Files:
    """Files that lie together, by what they are."""

    def __init__(self, top, paths, *, sample=None):
        self.top = top
        self.paths = [path for path in paths if not path.name.startswith(".")]
        self.archives, self.images, self.masks = [], [], []
        others = defaultdict(list)
        for path in self.paths:
            name = path.name.lower()
            if name.endswith(ZIP):
                self.archives.append(path)
            elif ending_of(path):
                (self.masks if MASK_NAME.search(name) else self.images).append(path)
            elif not name.endswith(NO_IMAGES):
                others[path.parent].append(path)
        read = [path for own in others.values() for path in _spread(own, sample or len(own))]
        self.slices = {path: found for path in read if (found := read_first_slice(path))}
        self.ct = {path: slice_ for path, slice_ in self.slices.items() if slice_.is_ct}
        self.unread = [
            path for path in self.paths if path.name.lower().endswith(DICOM) and path not in self.ct
        ]
        if not self.images and not self.ct:
            self.images, self.masks = self.masks, []


def _patients_of(files, folder, remarks):
    """The patients of files that lie together."""
    if files.top == folder:
        return _of_loose(files, folder, remarks)
    by_patient = _by_patient(files.ct, by_examination=False)
    if by_patient:
        remarks[BESIDE] += len(files.images) + len(files.archives)
        if len(by_patient) == 1:
            examinations = {slice_.once["study"] for slice_ in files.ct.values()}
            is_open = len(examinations) > 1 and not next(iter(files.ct.values())).once["patient"]
            remarks[SEVERAL_EXAMINATIONS] += is_open
            return [_of_slices(files.ct, [files.top], folder)]
        remarks[SEVERAL_PATIENTS] += 1
        return [_of_slices(own, _place_of(own, files, folder), folder) for own in by_patient]
    if files.images or files.archives:
        remarks[MASKS] += len(files.masks)
        remarks[SEVERAL_IMAGES] += len(files.images) + len(files.archives) > 1
        return [_of_file(path, folder, remarks) for path in files.images + files.archives]
    if files.paths and all(path.name.lower().endswith(NO_IMAGES) for path in files.paths):
        remarks[NO_IMAGE] += 1
        return []
    return [FoundPatient(files.top.name, [files.top])]


def _of_loose(files, folder, remarks):
    """The patients of slices, archives and image files that lie in no folder of their own."""
    by_patient = _by_patient(files.ct, by_examination=True)
    found = [_of_slices(own, _place_of(own, files, folder), folder) for own in by_patient]
    remarks[MASKS] += len(files.masks)
    found += [_of_file(path, folder, remarks) for path in files.images + files.archives]
    if len(files.unread) == 1 and not files.ct:
        return [*found, FoundPatient(files.unread[0].name, files.unread, DICOM)]
    remarks[UNREAD] += len(files.unread)
    return found


def _spread(paths, count):
    """At most so many of some paths, from all over them."""
    return paths[:: -(-len(paths) // count)]


def _by_patient(slices, *, by_examination):
    """Slices by the patient's number, without one by examination or all together; dicts."""
    groups, unnumbered = defaultdict(dict), defaultdict(dict)
    for path, slice_ in slices.items():
        if number := slice_.once["patient"]:
            groups[number][path] = slice_
        else:
            unnumbered[slice_.once["study"] if by_examination else ""][path] = slice_
    unnumbered = list(unnumbered.values())
    if len(unnumbered) >= MIN_MADE_ANEW and 2 * len(unnumbered) > sum(map(len, unnumbered)):
        unnumbered = [{path: one for own in unnumbered for path, one in own.items()}]
    return [*groups.values(), *unnumbered]


def _place_of(own, files, folder):
    """The folder that holds one patient's slices and nobody else's, or the slices themselves."""
    common = Path(os.path.commonpath([path.parent for path in own]))
    others = files.slices.keys() - own.keys()
    if common == folder or any(path.is_relative_to(common) for path in others):
        return sorted(own)
    return [common]


def _of_slices(slices, paths, folder, ending=""):
    """One patient from DICOM slices."""
    counts = Counter(slice_.once["series"] for slice_ in slices.values())
    longest = max(counts, key=counts.get)
    first = next(slice_ for slice_ in slices.values() if slice_.once["series"] == longest)
    if len(paths) == 1 and paths[0].is_file():
        ending = ending or DICOM
    source = paths[0].relative_to(folder).as_posix()
    return FoundPatient(source, paths, ending, first.once, set(counts))


def _of_file(path, folder, remarks):
    """One patient from an archive or image file."""
    ending = ending_of(path) or ZIP
    if ending == ZIP:
        slices = {k: one for k, one in enumerate(read_archive_slices(path)) if one.is_ct}
        if slices:
            remarks[SEVERAL_IN_ARCHIVE] += len(_by_patient(slices, by_examination=False)) > 1
            return _of_slices(slices, [path], folder, ZIP)
    return FoundPatient(path.relative_to(folder).as_posix(), [path], ending)


def _join_examinations(patients, remarks):
    """Patients in several places with different series of one examination become one."""
    joined, first = [], {}
    for patient in patients:
        key = tuple(patient.header.get(name) for name in ("patient", "study"))
        if patient.ending == ZIP or not all(key):
            joined.append(patient)
        elif key in first and not first[key].series & patient.series:
            first[key].paths += patient.paths
            first[key].series |= patient.series
            first[key].ending = ""
            remarks[ONE_EXAMINATION] += 1
        else:
            first.setdefault(key, patient)
            joined.append(patient)
    return joined
