"""CTs as they are worked on: one orientation, Hounsfield units, or a sentence why not.

Every image is oriented LPS: as an array (z, y, x), z grows towards the head, y towards the
patient's back, x towards the patient's left. A sentence never names a file: file and folder names
may carry a patient's identity, and sentences are printed.
"""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ctio.imaging.volumes import read_volume, require_volume
from ctio.issues.issue import RejectedInput

STORED = "stored_orientation"  # key of the orientation that a file or series had


def read_ct(path):
    """Read one CT from a NIfTI, NRRD or MHA file.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    SimpleITK.Image
        As from `orient_ct`.

    Raises
    ------
    RejectedInput
        If there is no image, it cannot be read, or `orient_ct` rejects it.
    """
    path = Path(path)
    if not path.is_file():
        raise RejectedInput("no scan", "There is no CT at the given path.")
    return orient_ct(read_volume(path, issue="unreadable", what="CT"))


def orient_ct(image):
    """A CT as it is worked on.

    Parameters
    ----------
    image : SimpleITK.Image
        As a file gave it.

    Returns
    -------
    SimpleITK.Image
        Hounsfield units, int16 or float32, oriented LPS. Of its meta-data only its orientation
        before is kept, for `restore_orientation`.

    Raises
    ------
    RejectedInput
        If it is not one 3-D volume, or its voxels are all equal or not numbers.
    """
    image = require_volume(image, issue="not one volume", what="CT")
    stored = find_orientation(image)
    image = sitk.DICOMOrient(image, "LPS")
    voxels = sitk.GetArrayViewFromImage(image)
    low, high = float(voxels.min()), float(voxels.max())
    if not np.isfinite([low, high]).all():
        raise RejectedInput("non-finite voxels", "The CT has voxels that are not numbers.")
    if low == high:
        raise RejectedInput("constant image", f"Every voxel of the CT is {low:g} HU.")
    whole = np.issubdtype(voxels.dtype, np.integer) and low >= -(2**15) and high < 2**15
    pixel = sitk.sitkInt16 if whole else sitk.sitkFloat32
    if image.GetPixelID() != pixel:
        image = sitk.Cast(image, pixel)
    for key in image.GetMetaDataKeys():
        image.EraseMetaData(key)
    image.SetMetaData(STORED, stored)
    return image


def restore_orientation(image, ct):
    """An image on a CT's grid, turned to how the CT lies in its own file or series.

    Parameters
    ----------
    image : SimpleITK.Image
        On the grid of `ct`.
    ct : SimpleITK.Image
        From `read_ct`.
    """
    return sitk.DICOMOrient(image, ct.GetMetaData(STORED))


def find_orientation(image):
    """Three letters for what the axes of an image run towards, e.g. LPS."""
    return sitk.DICOMOrientImageFilter.GetOrientationFromDirectionCosines(image.GetDirection())
