"""Slices with metal: what its streaks do to them says nothing of the scan."""

from math import prod

import numpy as np
import SimpleITK as sitk

# Cortical bone stays below 2,000 HU, and a 12-bit scanner ends at 3,071 HU.
METAL_ABOVE_HU = 2500
MIN_METAL_MM2 = 10  # of a slice: the shaft of a screw of 3.5 mm


def has_metal(ct):
    """Whether each slice of a CT shows metal.

    Parameters
    ----------
    ct : SimpleITK.Image

    Returns
    -------
    ndarray of bool, shape (z,)
    """
    pixels = MIN_METAL_MM2 / prod(ct.GetSpacing()[:2])
    planes = sitk.GetArrayViewFromImage(ct)
    return np.array([np.count_nonzero(plane > METAL_ABOVE_HU) >= pixels for plane in planes])
