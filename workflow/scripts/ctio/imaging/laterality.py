"""Whether a segmented femur is a right or a left one, by its own anatomy.

The head of a femur lies nearer to the body's middle than its shaft. That holds in an image of one
hip too, which has no middle to go by.
"""

import numpy as np
import SimpleITK as sitk

from ctio.imaging.sides import LEFT, RIGHT, find_side

END_FRACTION = 0.25  # of the femur's height that is called head, and shaft


def name_sides(femora, ct, *, min_offset_mm):
    """Side of one femur, or of two in one image.

    Of two femora the one further to the patient's left is the left one. A single one is named by
    where its head lies; where that offset is too small to tell, by the side of the body on which
    the femur lies.

    Parameters
    ----------
    femora : list of SimpleITK.Image
        At most two masks, 1 inside, oriented LPS.
    ct : SimpleITK.Image
        On the grid of the masks.
    min_offset_mm : float
        Smallest distance from side to side between head and shaft that decides the side.

    Returns
    -------
    list of int
        1 (right) or 2 (left) for each femur.
    """
    if len(femora) == 2:
        first, second = map(centre_x_mm, femora)
        return [RIGHT, LEFT] if first < second else [LEFT, RIGHT]
    if not femora:
        return []
    offset = head_offset_mm(femora[0])
    if abs(offset) < min_offset_mm:
        return [find_side(femora[0], ct)]
    return [RIGHT if offset > 0 else LEFT]


def head_offset_mm(femur):
    """How far the head's middle lies to the patient's left of the shaft's, in mm.

    Parameters
    ----------
    femur : SimpleITK.Image
        Mask, 1 inside, oriented LPS, not empty.

    Returns
    -------
    float
        Positive for a right femur, negative for a left one.
    """
    z, _, x = np.nonzero(sitk.GetArrayViewFromImage(femur))
    end = END_FRACTION * (z.max() - z.min())
    head, shaft = x[z >= z.max() - end], x[z <= z.min() + end]
    return float(head.mean() - shaft.mean()) * femur.GetSpacing()[0]


def centre_x_mm(femur):
    """Middle of a mask from the patient's right to left, in mm of its own grid."""
    return float(np.nonzero(sitk.GetArrayViewFromImage(femur))[2].mean()) * femur.GetSpacing()[0]
