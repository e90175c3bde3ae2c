"""An image file of one volume, however it is named, and one that lies alone in a folder."""

import gzip
import shutil
import struct
import zlib
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ctio.imaging.images import read_ct
from ctio.intake.files import ENDINGS, check_header
from ctio.intake.folders import GZIP, list_files
from ctio.intake.scan import Scan

NIFTI_SIZES = (348, 540)  # of the headers of NIfTI-1 and -2, the first number of a file
HEAD_BYTES = 400


def ending_of(path):
    """The ending by which an image file's format is known, in small letters; empty for others."""
    name = str(path).lower()
    return next((ending for ending in sorted(ENDINGS, key=len) if name.endswith(ending)), "")


def read_volume_scan(path, ending, *, max_voxels):
    """The CT of an image file.

    Parameters
    ----------
    path : Path
    ending : str
        One of `ENDINGS`: what the file is, whatever its name.
    max_voxels : int

    Returns
    -------
    ctio.intake.scan.Scan

    Raises
    ------
    RejectedInput
        If the file cannot be read.
    """
    with _named(path, ending) as file:
        check_header(file, max_voxels=max_voxels)
        return Scan(read_ct(file))


@contextmanager
def _named(path, ending):
    """The file under a name that ends as the libraries expect it."""
    if str(path).endswith(ending):
        yield path
        return
    with TemporaryDirectory(prefix="ctio-") as folder:
        link = Path(folder, f"image{ending}")
        try:
            link.symlink_to(path.resolve())
        except (OSError, NotImplementedError):  # no links on this disk
            shutil.copy(path, link)
        yield link


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
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        packed = head.startswith(GZIP)
        if packed:
            with gzip.open(path) as file:
                head = file.read(HEAD_BYTES)
    except (OSError, EOFError, zlib.error):
        return ""
    if any(head[:4] == struct.pack(f"{order}i", size) for order in "<>" for size in NIFTI_SIZES):
        return ".nii.gz" if packed else ".nii"
    if packed:
        return ""
    return ".nrrd" if head.startswith(b"NRRD") else ".mha" if b"NDims" in head else ""
