"""Hips of blocks and balls, whose measures are known."""

import numpy as np
import SimpleITK as sitk

SPACING = np.array([2.0, 1.0, 1.0])


def whole_femur():
    """Head, a neck along x and -z, and a block at its end: mask, and voxels of the head."""
    z, y, x = np.indices((50, 60, 100)) * SPACING[:, None, None, None]
    head = (z - 70) ** 2 + (y - 30) ** 2 + (x - 28) ** 2 <= 22**2
    along = ((x - 28) - (z - 70)) / np.sqrt(2)
    across = np.sqrt(((x - 28) + (z - 70)) ** 2 / 2 + (y - 30) ** 2)
    neck = (along > 0) & (along < 55) & (across < 14)
    block = (along >= 45) & (along < 75) & (across < 22)
    return head | neck | block, head


def image(array, spacing=SPACING):
    """An image of an array and its spacing along (z, y, x)."""
    made = sitk.GetImageFromArray(array)
    made.SetSpacing(list(map(float, spacing[::-1])))
    return made
