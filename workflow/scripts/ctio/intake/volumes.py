"""The CT of an image file, and the only image file of a folder."""

import struct

from ctio.imaging.images import read_ct
from ctio.intake.files import check_header
from ctio.intake.folders import list_files
from ctio.intake.gzipped import is_packed, read_head
from ctio.intake.readable import open_volume
from ctio.intake.scan import Scan
from ctio.issues.issue import RejectedInput

NIFTI_SIZES = (348, 540)  # of the headers of NIfTI-1 and -2, the first number of a file
HEAD_BYTES = 400


def read_volume_scan(path, ending, *, max_voxels):
    """The CT of an image file.

    Parameters
    ----------
    path : Path
    ending : str
        One of `ctio.intake.readable.ENDINGS`: what the file is, whatever its name.
    max_voxels : int

    Returns
    -------
    ctio.intake.scan.Scan

    Raises
    ------
    RejectedInput
        If the file cannot be read.
    """
    with open_volume(path, ending, max_voxels=max_voxels) as file:
        check_header(file, max_voxels=max_voxels)
        return Scan(read_ct(file))


def find_volume(folder, *, max_files):
    """The only image file of a folder, by its content.

    Parameters
    ----------
    folder : Path
    max_files : int

    Returns
    -------
    path : Path
        None if there is none, or more than one.
    ending : str
    """
    found = [
        (path, ending)
        for path in list_files(folder, max_files=max_files)
        if (ending := _recognise(path))
    ]
    return found[0] if len(found) == 1 else (None, "")


def _recognise(path):
    """The ending that a file's first bytes ask for; empty if it is no image file."""
    try:
        head, packed = read_head(path, HEAD_BYTES), is_packed(path)
    except (RejectedInput, OSError):
        return ""
    if any(head[:4] == struct.pack(f"{order}i", size) for order in "<>" for size in NIFTI_SIZES):
        return ".nii.gz" if packed else ".nii"
    if packed:
        return ""
    return ".nrrd" if head.startswith(b"NRRD") else ".mha" if b"NDims" in head else ""
