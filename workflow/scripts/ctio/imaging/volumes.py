"""One 3-D volume from an image file, or what is wrong with it."""

import zlib

import SimpleITK as sitk

from ctio.imaging.nifti import holds_non_numbers, is_cut_off
from ctio.issues.issues import Refusal

sitk.ProcessObject.GlobalWarningDisplayOff()  # its warnings name files


def read_volume(path, *, check, what):
    """What a NIfTI, NRRD or MHA file holds.

    Parameters
    ----------
    path : str or Path
    check : str
        The check that an unreadable file fails.
    what : str
        CT or mask, for the sentence.

    Returns
    -------
    SimpleITK.Image

    Raises
    ------
    Refusal
        If the file cannot be read, is cut off, or has voxels that are no numbers.
    """
    try:
        if str(path).endswith((".nii", ".nii.gz")):
            if is_cut_off(path):
                raise RuntimeError
            if holds_non_numbers(path):
                raise Refusal("voxels not numbers", f"The {what} has voxels that are not numbers.")
        return sitk.ReadImage(str(path))
    except (RuntimeError, OSError, EOFError, MemoryError, zlib.error):
        raise Refusal(
            check,
            f"The {what} cannot be read: it is damaged, cut off or no NIfTI, NRRD or MHA image.",
        ) from None


def one_volume(image, *, check, what):
    """One 3-D volume of one value per voxel."""
    while image.GetDimension() > 3 and image.GetSize()[-1] == 1:
        image = image[..., 0]
    if image.GetDimension() != 3 or min(image.GetSize()) < 2:
        size = " × ".join(map(str, image.GetSize()))
        raise Refusal(check, f"The {what} is {size} voxels, not one 3-D volume.")
    if image.GetNumberOfComponentsPerPixel() > 1:
        raise Refusal(check, f"The {what} has colours, not one value per voxel.")
    return image
