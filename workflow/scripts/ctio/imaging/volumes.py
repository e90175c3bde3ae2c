"""One 3-D volume from an image file, or what is wrong with it."""

import zlib

import SimpleITK as sitk

from ctio.imaging.nifti import has_nonfinite_voxels, is_truncated
from ctio.issues.issue import RejectedInput

sitk.ProcessObject.GlobalWarningDisplayOff()  # its warnings name files


def read_volume(path, *, issue, what):
    """What a NIfTI, NRRD or MHA file holds.

    Parameters
    ----------
    path : str or Path
    issue : str
        What an unreadable file is rejected for, a key of `ctio.issues.issue.CATALOGUE`.
    what : str
        CT or mask, for the sentence.

    Returns
    -------
    SimpleITK.Image

    Raises
    ------
    RejectedInput
        If the file cannot be read, is truncated, or has voxels that are no numbers.
    """
    try:
        if str(path).endswith((".nii", ".nii.gz")):
            if is_truncated(path):
                raise RuntimeError
            if has_nonfinite_voxels(path):
                raise RejectedInput(
                    "non-finite voxels", f"The {what} has voxels that are not numbers."
                )
        return sitk.ReadImage(str(path))
    except (RuntimeError, OSError, EOFError, MemoryError, zlib.error):
        raise RejectedInput(
            issue,
            f"The {what} cannot be read: it is damaged, truncated or no NIfTI, NRRD or MHA image.",
        ) from None


def require_volume(image, *, issue, what):
    """One 3-D volume of one value per voxel."""
    while image.GetDimension() > 3 and image.GetSize()[-1] == 1:
        image = image[..., 0]
    if image.GetDimension() != 3 or min(image.GetSize()) < 2:
        size = " × ".join(map(str, image.GetSize()))
        raise RejectedInput(issue, f"The {what} is {size} voxels, not one 3-D volume.")
    if image.GetNumberOfComponentsPerPixel() > 1:
        raise RejectedInput(issue, f"The {what} has colours, not one value per voxel.")
    return image
