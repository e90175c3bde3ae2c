"""A patient's CT from DICOM files, however a hospital packs them."""

import zipfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ctio.imaging.images import orient_ct
from ctio.intake.archives import unpack_archive
from ctio.intake.contrast import YES
from ctio.intake.folders import list_files
from ctio.intake.frames import find_frame_of_reference
from ctio.intake.gzipped import is_gzipped_dicom, unpack_gzip
from ctio.intake.headers import read_file_slices
from ctio.intake.limits import MAX_BYTES, MAX_FILES
from ctio.intake.scan import Scan
from ctio.intake.series import BROKEN_OFF, STRAY, choose_series
from ctio.intake.slice_checks import check_slices
from ctio.intake.stack import read_stack
from ctio.intake.volumes import find_volume, read_volume_scan
from ctio.issues.issue import Issue, RejectedInput


def read_dicom(path, participant, *, series, max_voxels, max_files, max_bytes):
    """The CT of one patient from DICOM files.

    Parameters
    ----------
    path : Path
        Folder, zip archive or file.
    participant : dict
        `sex`, `age`, `exam_date` where they are known.
    series : dict
        Keywords of `ctio.intake.series.choose_series`.
    max_voxels, max_files, max_bytes : int

    Returns
    -------
    ctio.intake.scan.Scan

    Raises
    ------
    RejectedInput
        If there is no CT to be read.
    """
    limits = {"max_files": max_files, "max_bytes": max_bytes}
    with open_files(path, **limits) as place, ExitStack() as spare:
        slices = read_slices(place, spare, **limits)
        if place.is_dir() and not any(slice_.is_ct for slice_ in slices):
            volume, ending = find_volume(place, max_files=max_files)
            if volume:
                return read_volume_scan(volume, ending, max_voxels=max_voxels)
        return _read_series(slices, participant, series, max_voxels)


def _read_series(slices, participant, series, max_voxels):
    """The CT of the series that the rules choose."""
    chosen, record = choose_series(slices, **series)
    issues = check_slices(chosen, participant)
    if len(record) > 1:
        what = "series"
        if any(row["outcome"] in (STRAY, BROKEN_OFF) for row in record):
            what = "series and acquisitions"
        sentence = f"One of {len(record)} {what} was taken by the rules."
        issues.append(Issue("several series", sentence))
    return Scan(
        orient_ct(read_stack(chosen, max_voxels=max_voxels)),
        issues=issues,
        series=record,
        protocol=_protocol_of(chosen),
        frame_of_reference=find_frame_of_reference(chosen),
    )


@contextmanager
def open_slices(path, *, max_files=MAX_FILES, max_bytes=MAX_BYTES):
    """Every slice of a DICOM folder, a zip archive of one, or a DICOM file, while they are needed.

    Parameters
    ----------
    path : Path
    max_files, max_bytes : int
        Of the folder or archive, and of what it unpacks to.

    Yields
    ------
    list of ctio.intake.slice.Slice

    Raises
    ------
    RejectedInput
        If the path is none of these.
    """
    limits = {"max_files": max_files, "max_bytes": max_bytes}
    with open_files(path, **limits) as place, ExitStack() as spare:
        yield read_slices(place, spare, **limits)


@contextmanager
def open_files(path, *, max_files, max_bytes):
    """The folder or file itself, or the folder that a zip archive was unpacked to."""
    if path.is_file() and zipfile.is_zipfile(path):
        with unpack_archive(path, max_files=max_files, max_bytes=max_bytes) as folder:
            yield folder
    else:
        yield path


def read_slices(place, spare, *, max_files, max_bytes):
    """Slices of a folder or a file; gzipped ones are unpacked into a folder that `spare` closes."""
    slices, unpacked = [], None
    files = list_files(place, max_files=max_files) if place.is_dir() else [place]
    for number, path in enumerate(files):
        found = read_file_slices(path)
        if not found and is_gzipped_dicom(path):
            unpacked = unpacked or spare.enter_context(TemporaryDirectory(prefix="ctio-"))
            target = Path(unpacked, f"{number:06d}")
            max_bytes -= unpack_gzip(path, target, max_bytes=max_bytes)
            found = read_file_slices(target)
        slices += found
    if not slices and place.is_file():
        raise RejectedInput(
            "unreadable", "The CT is no DICOM, NIfTI, NRRD or MHA file and no zip archive."
        )
    return slices


def _protocol_of(slices):
    """Voltage, kernel and contrast agent, those that the header gives."""
    protocol = {
        "tube_voltage_kvp": slices[0].voltage_kvp,
        "kernel": slices[0].kernel,
        "contrast": any(slice_.once["contrast"] == YES for slice_ in slices),
    }
    return {key: value for key, value in protocol.items() if value}
