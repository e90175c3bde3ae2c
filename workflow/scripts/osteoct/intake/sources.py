"""A patient's CT from whatever a hospital gives: folder, archive, DICOM or image file."""

import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import SimpleITK as sitk

from osteoct.gate.findings import Finding, Refusal
from osteoct.imaging.images import oriented_ct, read_ct
from osteoct.intake.archives import unpacked
from osteoct.intake.files import ENDINGS, refuse_untrusted
from osteoct.intake.headers import slices_in, slices_of
from osteoct.intake.series import choose
from osteoct.intake.stack import read_stack, remarks_on


@dataclass
class Source:
    """A patient's CT and what its files say of it.

    Attributes
    ----------
    image : SimpleITK.Image
        Hounsfield units, oriented LPS.
    findings : list of Finding
    series : list of dict
        From `osteoct.intake.series.choose`; empty for an image file.
    protocol : dict
        `tube_voltage_kvp`, `kernel` and `contrast` where the files say them.
    frame_of_reference : str
        Of the DICOM series; empty for an image file.
    """

    image: sitk.Image
    findings: list = field(default_factory=list)
    series: list = field(default_factory=list)
    protocol: dict = field(default_factory=dict)
    frame_of_reference: str = ""


def read_source(participant, *, reading, series):
    """The CT of one patient.

    Parameters
    ----------
    participant : dict
        The patient's row of participants.tsv.
    reading : dict
        `voxels_at_most`, `files_at_most` and `bytes_at_most`.
    series : dict
        Keywords of `osteoct.intake.series.choose`.

    Returns
    -------
    Source

    Raises
    ------
    PatientProblem
        If there is no CT to be read.
    """
    path = existing(participant["ct"])
    if path is None:
        raise Refusal("no scan", "There is no CT where the participants table says.")
    if path.is_file() and str(path).endswith(ENDINGS):
        refuse_untrusted(path, voxels_at_most=reading["voxels_at_most"])
        return Source(read_ct(path))
    with dicom_slices(path, reading=reading) as slices:
        return _dicom(slices, participant, reading["voxels_at_most"], series)


@contextmanager
def dicom_slices(path, *, reading):
    """Every slice of a DICOM folder, a zip archive of one, or a DICOM file, while they are needed.

    Parameters
    ----------
    path : Path
    reading : dict
        `files_at_most` and `bytes_at_most`.

    Yields
    ------
    list of osteoct.intake.headers.Slice

    Raises
    ------
    Refusal
        If the path is none of these.
    """
    limits = {key: reading[key] for key in ("files_at_most", "bytes_at_most")}
    if path.is_dir():
        yield slices_in(path, files_at_most=limits["files_at_most"])
    elif zipfile.is_zipfile(path):
        with unpacked(path, **limits) as folder:
            yield slices_in(folder, files_at_most=limits["files_at_most"])
    elif slices := slices_of(path):
        yield slices
    else:
        raise Refusal(
            "unreadable", "The CT is no DICOM, NIfTI, NRRD or MHA file and no zip archive."
        )


def existing(path):
    """The path of a file or folder that is there, or None: also for what can be no path."""
    try:
        return Path(path) if Path(path).is_file() or Path(path).is_dir() else None
    except OSError:
        return None


def _dicom(slices, participant, voxels_at_most, rules):
    chosen, record = choose(slices, **rules)
    first, findings = chosen[0], remarks_on(chosen, participant)
    if len(record) > 1:
        findings.append(
            Finding("several series", f"One of {len(record)} series was taken by the rules.")
        )
    said = {
        "tube_voltage_kvp": first.voltage_kvp,
        "kernel": first.kernel,
        "contrast": bool(first.once["contrast"]),
    }
    return Source(
        oriented_ct(read_stack(chosen, voxels_at_most=voxels_at_most)),
        findings=findings,
        series=record,
        protocol={key: value for key, value in said.items() if value},
        frame_of_reference=first.once["frame_of_reference"],
    )
