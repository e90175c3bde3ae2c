"""Which femur is which: 1 the patient's right one, 2 the left one."""

import numpy as np
import SimpleITK as sitk

from ctio.issues.issue import RejectedInput

RIGHT, LEFT = 1, 2
UNSIDED = 3  # while a mask is read: a femur whose name has no side
SIDES = {"right": RIGHT, "left": LEFT}
TWO_FEMORA_MM = 200  # one proximal femur is some 100 mm wide, two span some 300 mm
WHOLE_BODY_MM = 280  # a narrower image shows one hip, and its middle is not the body's
BODY_ABOVE_HU = -300


def assign_sides(mask, ct):
    """Labels 1 right and 2 left for a mask without sides.

    Two femora part half-way between their outer edges. A single one is on the side of the body
    on which it lies; in an image of one hip the body's middle is the scanner's, x = 0.

    Parameters
    ----------
    mask, ct : SimpleITK.Image
        On one grid, LPS; every voxel of the mask that is not 0 is femur.

    Returns
    -------
    SimpleITK.Image
        uint8 labels on the same grid.
    """
    columns = _columns_mm(mask)
    labelled = sitk.GetArrayFromImage(mask) != 0
    inside = columns[labelled.any(axis=(0, 1))]
    middle = (inside.min() + inside.max()) / 2
    if np.ptp(inside) > TWO_FEMORA_MM:
        sides = np.where(columns < middle, RIGHT, LEFT).astype(np.uint8)
    else:
        sides = np.full(len(columns), find_side(mask, ct), np.uint8)
    sided = sitk.GetImageFromArray(labelled * sides)
    sided.CopyInformation(mask)
    return sided


def find_side(femur, ct):
    """Side of the body on which one femur lies.

    Parameters
    ----------
    femur : SimpleITK.Image
        Mask of one femur, LPS, not empty; any grid.
    ct : SimpleITK.Image
        In an image of one hip the body's middle is the scanner's, x = 0.

    Returns
    -------
    int
        1 right, 2 left.
    """
    inside = _columns_mm(femur)[(sitk.GetArrayViewFromImage(femur) != 0).any(axis=(0, 1))]
    return RIGHT if (inside.min() + inside.max()) / 2 < midline_mm(ct) else LEFT


def shows_whole_body(ct):
    """Whether an image is so wide that its middle is the body's."""
    return bool(np.ptp(_columns_mm(ct)) >= WHOLE_BODY_MM)


def require_sides_in_order(mask):
    """The mask as it is, if its right femur lies to the right of its left one.

    Raises
    ------
    RejectedInput
        If it does not.
    """
    labels, columns = sitk.GetArrayViewFromImage(mask), _columns_mm(mask)
    counts = [(labels == side).sum(axis=(0, 1)) for side in (RIGHT, LEFT)]
    if all(count.any() for count in counts):
        right, left = (np.average(columns, weights=count) for count in counts)
        if right > left:
            raise RejectedInput(
                "sides swapped",
                "The mask's right femur (label 1) lies to the left of its left one (label 2).",
            )
    return mask


def midline_mm(ct):
    """Where the body's middle is from right to left, in mm."""
    if not shows_whole_body(ct):
        return 0.0
    columns = _columns_mm(ct)
    body = (sitk.GetArrayViewFromImage(ct) > BODY_ABOVE_HU).sum(axis=(0, 1))
    return float(np.average(columns, weights=body)) if body.any() else float(columns.mean())


def _columns_mm(image):
    """Position of every column of voxels from the patient's right to left, in mm."""
    first, second = (image.TransformIndexToPhysicalPoint((i, 0, 0))[0] for i in (0, 1))
    return first + (second - first) * np.arange(image.GetWidth())
