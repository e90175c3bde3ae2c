"""Whether a femur is its own mirror image: the lesser trochanter lies behind the head's direction.

Neither a turned leg nor a turned patient changes that; an image mirrored from front to back does.
"""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ctio.imaging.sides import RIGHT

TROCHANTER_MM = (6, 14)  # above the lower end of the outline
STANDS_OUT = 1.3  # radii of the largest disc in the section
HEAD_SHARE = 0.25  # of the femur's height, from the top


def trochanter_behind_deg(femur, side):
    """Angle in the axial plane from the head's direction backwards to the lesser trochanter's.

    Both directions are seen from the middle of the shaft, that of the largest disc which the
    section holds; the trochanter is what lies far outside of that disc.

    Parameters
    ----------
    femur : SimpleITK.Image
        Mask of one outlined femur, 1 inside, LPS, not empty.
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
    top = inside[planes[-1] - round(HEAD_SHARE * (planes[-1] - planes[0])) :]
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
