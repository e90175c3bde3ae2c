"""Images written whole or not at all."""

from pathlib import Path

import SimpleITK as sitk

from ctio.imaging.nifti import is_cut_off
from osteoct.results import atomic
from osteoct.storage import REMEDY, StorageProblem

USUAL, FAST = -1, 1  # levels of zlib


def write_image(image, path, *, level=USUAL):
    """Write a NIfTI image, compressed.

    Parameters
    ----------
    image : SimpleITK.Image
    path : str or Path
        Ending in .nii.gz.
    level : int
        `USUAL`, or `FAST` for what hardly compresses or is small anyway.

    Raises
    ------
    StorageProblem
        If the disk does not take it. The library that writes does not notice.
    """
    with atomic(path) as partial:
        sitk.WriteImage(image, str(partial), useCompression=True, compressionLevel=level)
        if not _is_whole(partial):
            raise StorageProblem(f"{Path(path).name} could not be written whole. {REMEDY}")


def _is_whole(path):
    """Whether a NIfTI file that was just written holds all of its voxels."""
    try:
        return not is_cut_off(path)
    except (OSError, EOFError):
        return False
