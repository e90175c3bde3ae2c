"""A patient's CT from whatever a hospital gives: folder, archive, DICOM or image file."""

from dataclasses import dataclass, field
from pathlib import Path

import SimpleITK as sitk

from ctio.imaging.images import read_ct
from ctio.intake.files import ENDINGS, refuse_untrusted
from ctio.issues.issues import Refusal


@dataclass
class Source:
    """A patient's CT and what its files say of it.

    Attributes
    ----------
    image : SimpleITK.Image
        Hounsfield units, oriented LPS.
    findings : list of Finding
    series : list of dict
        From `ctio.intake.series.choose`; empty for an image file.
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
        Keywords of `ctio.intake.series.choose`.

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
    from ctio.intake.dicom import read_dicom  # an image file needs no pydicom: a second saved

    return read_dicom(path, participant, reading=reading, rules=series)


def existing(path):
    """The path of a file or folder that is there, or None: also for what can be no path."""
    try:
        return Path(path) if Path(path).is_file() or Path(path).is_dir() else None
    except OSError:
        return None
