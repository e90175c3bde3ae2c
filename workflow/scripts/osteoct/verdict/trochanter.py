"""The level of the lesser trochanter, found in the CT and not by the networks."""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from osteoct.imaging.images import bounding_box, crop_to

BESIDE_MM = 15  # surroundings of the outline into which the shaft may lean


def lower_flank_mm(ct, femur, *, bone_above_hu, reach_mm, window_mm, grows_by):
    """Height (the patient's z) of the lower flank of the lesser trochanter.

    From the shaft upwards, the axial section of the bone grows where the trochanter begins. The
    flank is in the middle of the window in which it grows most.

    Parameters
    ----------
    ct : SimpleITK.Image
        HU, oriented LPS.
    femur : SimpleITK.Image
        Outline of one femur on the grid of `ct`, 1 inside; not empty.
    bone_above_hu : float
        What is called dense.
    reach_mm : float
        How far above and below the outline's lower end is looked.
    window_mm : float
        Height of the window.
    grows_by : float
        Least growth in the window, as a share of the section below it.

    Returns
    -------
    float
        nan if less than half of the reach below the outline is in the image, or nothing grows.
    """
    areas, heights = areas_near_the_end(ct, femur, bone_above_hu=bone_above_hu, reach_mm=reach_mm)
    lowest = np.flatnonzero(sitk.GetArrayViewFromImage(femur).any(axis=(1, 2)))[0]
    below_mm = ct.TransformIndexToPhysicalPoint((0, 0, int(lowest)))[2] - heights[0]
    steps = max(1, round(window_mm / ct.GetSpacing()[2]))
    if below_mm < reach_mm / 2 or len(areas) <= steps:
        return np.nan
    growth = areas[steps:] - areas[:-steps]
    best = int(growth.argmax())
    if growth[best] < grows_by * areas[best]:
        return np.nan
    return float((heights[best] + heights[best + steps]) / 2)


def areas_near_the_end(ct, femur, *, bone_above_hu, reach_mm):
    """Area of the bone's axial sections around the lower end of its outline.

    The bone is the largest connected piece of dense voxels in the outline, with what it encloses in
    each plane: the outline itself adds nothing, so that its own end leaves no trace.

    Returns
    -------
    areas : ndarray of float
        In mm², from below.
    heights : ndarray of float
        The patient's z of each section, in mm.
    """
    z, y, x = bounding_box(femur, margin_mm=BESIDE_MM)
    labelled = np.flatnonzero(sitk.GetArrayViewFromImage(femur).any(axis=(1, 2)))
    reach = round(reach_mm / ct.GetSpacing()[2])
    low, high = max(0, labelled[0] - reach), min(labelled[0] + reach, labelled[-1]) + 1
    box = slice(int(low), int(high)), y, x
    inside = sitk.GetArrayFromImage(crop_to(femur, box)) != 0
    hu = sitk.GetArrayFromImage(crop_to(ct, box)).astype(np.float32)
    parts, _ = ndimage.label(ndimage.uniform_filter(hu, (1, 3, 3)) > bone_above_hu)
    most = np.bincount(parts[inside & (parts > 0)], minlength=2).argmax()
    bone = (parts > 0) & (parts == most)
    areas = [np.count_nonzero(ndimage.binary_fill_holes(plane)) for plane in bone]
    heights = [ct.TransformIndexToPhysicalPoint((0, 0, int(k)))[2] for k in range(low, high)]
    return np.array(areas) * float(np.prod(ct.GetSpacing()[:2])), np.array(heights)
