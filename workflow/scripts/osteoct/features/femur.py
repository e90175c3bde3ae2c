"""One femur of a patient's segmentation."""

import SimpleITK as sitk

from ctio import SIDES, read_mask
from osteoct.problems import PatientProblem


def femur_of(path, ct, *, side):
    """Mask of one femur of a patient's segmentation: 1 inside, 0 outside.

    Parameters
    ----------
    path : str or Path
        Label map, 1 right and 2 left.
    ct : SimpleITK.Image
        Whose grid the mask is put on.
    side : {"left", "right"}

    Returns
    -------
    SimpleITK.Image
        uint8.

    Raises
    ------
    PatientProblem
        If the segmentation has no femur on that side.
    """
    mask = sitk.Cast(read_mask(path, like=ct, sided=True) == SIDES[side], sitk.sitkUInt8)
    if not sitk.GetArrayViewFromImage(mask).any():
        raise PatientProblem(
            f"The segmentation holds no {side} femur. Look at the scan and at the segmentation of "
            "this patient."
        )
    return mask
