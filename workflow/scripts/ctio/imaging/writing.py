"""NIfTI files, and whether the disk took them whole."""

from pathlib import Path

import SimpleITK as sitk

from ctio.imaging.nifti import is_truncated

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
    OSError
        If the file is not complete afterwards. The library that writes does not notice.
    """
    sitk.WriteImage(image, str(path), useCompression=True, compressionLevel=level)
    if not _is_complete(path):
        raise OSError(f"{Path(path).name} could not be written whole.")


def _is_complete(path):
    """Whether a NIfTI file that was just written holds all of its voxels."""
    try:
        return not is_truncated(path)
    except (OSError, EOFError):
        return False
