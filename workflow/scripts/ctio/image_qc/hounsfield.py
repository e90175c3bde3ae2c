"""Whether an image holds Hounsfield units of a hip, and what is unusual about them."""

from math import prod
from typing import NamedTuple

import numpy as np
import SimpleITK as sitk

from ctio.image_qc.hu_scale import find_intercept_twice
from ctio.image_qc.metal import METAL_ABOVE_HU
from ctio.issues.issue import Issue

MIN_HU, MAX_HU = -5000, 35000
MM3_PER_CM3 = 1000.0

# What shows that an image is no CT of a hip in Hounsfield units.
AIR_BELOW_HU = -700  # a CT without a voxel below this has lost its rescale intercept
SOFT_TISSUE_HU = (-150, 150)  # fat to muscle
# Of all voxels. Two thighs in the widest field of a scanner, 500 mm, fill 5 % of it and more.
MIN_SOFT_TISSUE_FRACTION = 0.02
BONE_ABOVE_HU = 250
MIN_BONE_CM3 = 10  # of such voxels; the femoral shaft of one hip alone has more
MIN_GREY_LEVELS = 257  # 256 or fewer different values are a picture of 8 bits

PADDING_BELOW_HU = -1100  # nothing real lies below; scanners pad the corners with -2000 or -3024
MIN_AIR_VALUES = 10  # different ones; padding has one or two, air its noise, wherever it lies
MAX_CLIPPED_FRACTION = 0.001  # of the voxels that may have the highest value; more were clipped
MIN_METAL_MM3 = 200


class Histogram(NamedTuple):
    """How often each whole Hounsfield unit is in a CT, from `MIN_HU` on.

    Attributes
    ----------
    counts : ndarray of int
    voxel_mm3 : float
        Volume of a voxel.
    """

    counts: np.ndarray
    voxel_mm3: float

    def volume_mm3(self, *, min_hu):
        """Volume of all voxels of at least so many Hounsfield units."""
        return int(self.counts[max(0, int(min_hu) - MIN_HU) :].sum()) * self.voxel_mm3


def count_hu(ct):
    """The `Histogram` of a CT; fractions are rounded."""
    counts = sum(_count_plane(plane) for plane in sitk.GetArrayViewFromImage(ct))
    return Histogram(np.trim_zeros(counts, "b"), prod(ct.GetSpacing()))


def _count_plane(hu):
    """Voxels of each value in one plane, which fits into the processor's cache as no CT does."""
    if not np.issubdtype(hu.dtype, np.integer):
        hu = np.rint(np.clip(hu, MIN_HU, MAX_HU))
    bins = np.clip(hu.astype(np.int32), MIN_HU, MAX_HU) - MIN_HU
    return np.bincount(bins.ravel(), minlength=MAX_HU - MIN_HU + 1)


def check_is_ct(ct, histogram):
    """Issues because of which an image is no CT of a hip in Hounsfield units.

    Parameters
    ----------
    ct : SimpleITK.Image
    histogram : Histogram
        Of that CT.

    Returns
    -------
    list of Issue
    """
    present = np.flatnonzero(histogram.counts) + MIN_HU
    found = []
    padding = present[present < PADDING_BELOW_HU]
    lowest = present[len(padding) if 0 < len(padding) < min(MIN_AIR_VALUES, len(present)) else 0]
    if lowest >= AIR_BELOW_HU:
        sentence = f"The lowest value is {lowest:g}; expected air below {AIR_BELOW_HU:g} HU."
        found.append(("no air", sentence))
    has_soft_tissue = _soft_tissue_fraction(histogram.counts) >= MIN_SOFT_TISSUE_FRACTION
    if not has_soft_tissue:
        found.append(_describe_lost_soft_tissue(ct, histogram.counts))
    bone = histogram.volume_mm3(min_hu=BONE_ABOVE_HU) / MM3_PER_CM3
    if bone < MIN_BONE_CM3 and has_soft_tissue:  # else nothing can be said of bone
        found.append(
            (
                "no bone",
                f"{bone:.0f} cm³ are above {BONE_ABOVE_HU:g} HU; expected {MIN_BONE_CM3:g} cm³ "
                "or more.",
            )
        )
    if len(present) < MIN_GREY_LEVELS:
        found.append(("few grey levels", f"The CT has only {len(present)} different values."))
    return [Issue(*pair) for pair in found]


def _soft_tissue_fraction(counts):
    low, high = SOFT_TISSUE_HU
    return counts[low - MIN_HU : high + 1 - MIN_HU].sum() / counts.sum()


def _describe_lost_soft_tissue(ct, counts):
    """The issue's name and sentence if too few voxels are where muscle and fat are."""
    if intercept := find_intercept_twice(ct):
        return (
            "intercept twice",
            f"Muscle and fat lie {intercept} HU too low: the rescale intercept was applied twice.",
        )
    low, high = SOFT_TISSUE_HU
    return (
        "no soft tissue",
        f"{_soft_tissue_fraction(counts):.1%} of the voxels are between {low} and {high} HU, where "
        f"muscle and fat are; expected {MIN_SOFT_TISSUE_FRACTION:.0%} or more.",
    )


def check_values(histogram):
    """Issues of a CT's Hounsfield units.

    Parameters
    ----------
    histogram : Histogram

    Returns
    -------
    list of Issue
    """
    counts, found = histogram.counts, []
    padding = int(counts[: PADDING_BELOW_HU - MIN_HU].sum())
    if padding:
        fraction = padding / counts.sum()
        sentence = f"{fraction:.1%} of the voxels are below {PADDING_BELOW_HU:g} HU."
        found.append(("padding", sentence))
    top, clipped = len(counts) - 1 + MIN_HU, counts[-1] / counts.sum()
    if counts[-1] > MAX_CLIPPED_FRACTION * counts.sum() and top < METAL_ABOVE_HU:
        found.append(("HU clipped", f"{clipped:.1%} of the voxels have exactly {top} HU."))
    metal = histogram.volume_mm3(min_hu=METAL_ABOVE_HU + 1)
    if metal >= MIN_METAL_MM3:
        found.append(("metal", f"{metal:.0f} mm³ are above {METAL_ABOVE_HU:g} HU."))
    return [Issue(*pair) for pair in found]
