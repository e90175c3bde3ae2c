"""Mean CT number of the trabecular bone in the femoral neck of one femur."""

import numpy as np
import SimpleITK as sitk
from scipy.ndimage import distance_transform_edt

from ctio import bounding_box, crop_to
from osteoct.neck.waist import find_neck
from osteoct.problems import PatientProblem

MARGIN_MM = 6.0  # more than a voxel of any CT that passes the image QC
LENGTH_MM = 10  # of the region along the neck axis
MIN_MM3 = 200  # a smaller region counts as not found


def measure_neck(ct, femur, *, cortex_mm):
    """Trabecular region of a femoral neck, and the CT numbers in it.

    The region is the piece of the neck around its narrowest section, less all that lies closer to
    the surface of the mask than the cortex may be thick. Where the image ends is no surface.

    Parameters
    ----------
    ct : SimpleITK.Image
        Hounsfield units.
    femur : SimpleITK.Image
        One femur: 1 inside, 0 outside, on the grid of `ct`; not empty.
    cortex_mm : float
        What is left out below the surface of the mask.

    Returns
    -------
    values : dict
        `neck_hu` (mean) and `neck_sd_hu`, `neck_voxels`, `neck_mm3`, `head_radius_mm`,
        `waist_from_head_mm`, `waist_mm2` (area of the narrowest section).
    region : SimpleITK.Image
        1 in the region, 0 outside, on the grid of `ct`.

    Raises
    ------
    PatientProblem
        If the neck is not found, or too little of it is left.

    References
    ----------
    Poole KES et al. (2010). J Bone Miner Res 25:482: the cortex of the mid-neck in women is 0.3 to
    3.9 mm thick.
    """
    box = bounding_box(femur, margin_mm=MARGIN_MM)
    inside = np.pad(sitk.GetArrayFromImage(crop_to(femur, box)) == 1, 1, mode="edge")
    spacing = np.array(femur.GetSpacing()[::-1])
    neck = find_neck(inside, spacing)
    depth = distance_transform_edt(inside, sampling=spacing) - spacing.max() / 2
    offset = np.indices(inside.shape).reshape(3, -1).T * spacing - neck.head_mm
    along = offset @ neck.axis
    across = np.linalg.norm(offset - along[:, None] * neck.axis, axis=1)
    piece = (np.abs(along - neck.waist_mm) <= LENGTH_MM / 2) & (across <= neck.head_radius_mm)
    chosen = (piece.reshape(inside.shape) & (depth >= cortex_mm))[1:-1, 1:-1, 1:-1]
    numbers = sitk.GetArrayFromImage(crop_to(ct, box))[chosen].astype(float)
    volume = float(numbers.size * np.prod(spacing))
    if volume < MIN_MM3:
        raise PatientProblem(
            f"Within the cortex of the femoral neck {volume:.0f} mm³ are left; expected "
            f"{MIN_MM3:g} or more."
        )
    values = {
        "neck_hu": float(numbers.mean()),
        "neck_sd_hu": float(numbers.std()),
        "neck_voxels": numbers.size,
        "neck_mm3": volume,
        "head_radius_mm": neck.head_radius_mm,
        "waist_from_head_mm": neck.waist_mm,
        "waist_mm2": neck.area_mm2,
    }
    return values, _image(chosen, box, ct)


def _image(chosen, box, ct):
    """A region of a box as a mask on the whole grid."""
    labels = np.zeros(ct.GetSize()[::-1], np.uint8)
    labels[box] = chosen
    image = sitk.GetImageFromArray(labels)
    image.CopyInformation(ct)
    return image
