"""Whether an image is mirrored: front to back by the lesser trochanter, side to side by the liver.

The lesser trochanter lies behind the head's direction. Neither a turned leg nor a turned patient
changes that; an image mirrored from front to back does. From side to side bones look the same, so
the abdomen decides where the CT shows it: the liver, its largest solid organ, lies on the right.
"""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ctio import RIGHT, midline_mm, shows_whole_body
from osteoct.segmentation.regions import at_spacing

TROCHANTER_MM = (6, 14)  # above the lower end of the mask
STANDS_OUT = 1.3  # radii of the largest disc in the section
HEAD_FRACTION = 0.25  # of the femur's height, from the top
GRID_MM = 6.0  # noise is averaged out, and no organ is lost
# Chosen by anatomy; tried on phantoms alone.
ABOVE_HEADS_MM = 120  # where the abdomen starts, above the femoral heads
ORGAN_HU = (35, 130)  # solid organs without and with contrast agent
DEEPER_THAN_MM = 20  # organs lie so deep in tissue of such CT numbers; muscles are thinner
BESIDE_MIDDLE_MM = 40  # spine and psoas lie nearer to the body's middle
MIN_ORGAN_CM3 = 100  # with less of such tissue there is no result


def liver_right_fraction(ct, femora):
    """Fraction of the solid organs of the abdomen that lies on the patient's right.

    Parameters
    ----------
    ct, femora : SimpleITK.Image
        HU, and the segmented femora; on one grid, LPS.

    Returns
    -------
    float
        0 to 1; nan where the CT shows no femur, no abdomen, not all its width, or too little of it.
    """
    planes = np.flatnonzero(sitk.GetArrayViewFromImage(femora).any(axis=(1, 2)))
    first = planes.max(initial=0) + int(np.ceil(ABOVE_HEADS_MM / ct.GetSpacing()[2]))
    thickness_mm = (ct.GetDepth() - first) * ct.GetSpacing()[2]
    if not planes.size or thickness_mm < GRID_MM or not shows_whole_body(ct):
        return np.nan
    abdomen = at_spacing(ct[:, :, int(first) :], spacing_mm=GRID_MM, order=1)
    values = sitk.GetArrayViewFromImage(abdomen)
    organs = ndimage.median_filter((values >= ORGAN_HU[0]) & (values <= ORGAN_HU[1]), 3)
    depth = ndimage.distance_transform_edt(np.pad(organs, 1), sampling=GRID_MM)[1:-1, 1:-1, 1:-1]
    thick = (depth > DEEPER_THAN_MM).sum(axis=(0, 1)) * GRID_MM**3 / 1000
    columns = np.arange(len(thick)) * GRID_MM + abdomen.GetOrigin()[0] - midline_mm(abdomen)
    right, left = thick[columns < -BESIDE_MIDDLE_MM].sum(), thick[columns > BESIDE_MIDDLE_MM].sum()
    return float(right / (right + left)) if right + left >= MIN_ORGAN_CM3 else np.nan


def trochanter_behind_deg(femur, side):
    """Angle in the axial plane from the head's direction backwards to the lesser trochanter's.

    Both directions are seen from the middle of the shaft, that of the largest disc which the
    section holds; the trochanter is what lies far outside of that disc.

    Parameters
    ----------
    femur : SimpleITK.Image
        Mask of one segmented femur, 1 inside, LPS, not empty.
    side : int
        1 right, 2 left.

    Returns
    -------
    float
        Degrees, -180 to 180, negative for a mirrored femur; nan where nothing stands out.
    """
    inside = sitk.GetArrayViewFromImage(femur) != 0
    across, along = femur.GetSpacing()[1::-1], femur.GetSpacing()[2]
    planes = np.flatnonzero(inside.any(axis=(1, 2)))
    first, last = (planes[0] + round(mm / along) for mm in TROCHANTER_MM)
    sections = inside[first : min(last, planes[-1]) + 1]
    if not sections.size:
        return np.nan
    middles, stick_out = zip(*(shaft_and_rest(plane, across) for plane in sections), strict=True)
    top = inside[planes[-1] - round(HEAD_FRACTION * (planes[-1] - planes[0])) :]
    head = np.array([axis.mean() for axis in np.nonzero(top)[1:]]) * across
    to_head, to_trochanter = head - np.mean(middles, axis=0), np.sum(stick_out, axis=0)
    if not to_trochanter.any():
        return np.nan
    turn = to_trochanter[0] * to_head[1] - to_trochanter[1] * to_head[0]
    angle = float(np.rad2deg(np.arctan2(turn, to_trochanter @ to_head)))
    return angle if side == RIGHT else -angle


def shaft_and_rest(plane, spacing_mm):
    """Middle (y, x) of the largest disc in a section, mm, and the sum of vectors that stick out.

    Parameters
    ----------
    plane : ndarray of bool, shape (y, x)
    spacing_mm : sequence of float, (y, x)
    """
    depth = ndimage.distance_transform_edt(plane, sampling=spacing_mm)
    middle = np.array(np.unravel_index(depth.argmax(), depth.shape)) * spacing_mm
    vectors = np.argwhere(plane) * spacing_mm - middle
    return middle, vectors[np.hypot(*vectors.T) > STANDS_OUT * depth.max()].sum(axis=0)
