"""The gate on what is in a CT: are these Hounsfield units of a pelvis, with both thigh bones?"""

from math import prod
from typing import NamedTuple

import numpy as np
import SimpleITK as sitk
from scipy.ndimage import gaussian_filter1d

from ctio.imaging.sides import WHOLE_BODY_MM
from ctio.issues.issues import Finding

LOWEST_HU, HIGHEST_HU = -5000, 35000
SMOOTHING_HU = 8
MM2_PER_CM2, MM3_PER_CM3 = 100.0, 1000.0
LOWEST_MM = 10  # of the scan: what is called its lower end


class Histogram(NamedTuple):
    """How often each whole Hounsfield unit is in a CT, from `LOWEST_HU` on.

    Attributes
    ----------
    counts : ndarray of int
    voxel_mm3 : float
        Volume of a voxel.
    """

    counts: np.ndarray
    voxel_mm3: float

    def mm3_from(self, hu):
        """Volume of at least so many Hounsfield units."""
        return int(self.counts[max(0, int(hu) - LOWEST_HU) :].sum()) * self.voxel_mm3


def histogram_of(ct):
    """The `Histogram` of a CT; fractions are rounded."""
    counts = sum(_counts(plane) for plane in sitk.GetArrayViewFromImage(ct))
    return Histogram(np.trim_zeros(counts, "b"), prod(ct.GetSpacing()))


def _counts(hu):
    """Voxels of each value in one plane, which fits into the processor's cache as no CT does."""
    if not np.issubdtype(hu.dtype, np.integer):
        hu = np.rint(np.clip(hu, LOWEST_HU, HIGHEST_HU))
    bins = np.clip(hu.astype(np.int32), LOWEST_HU, HIGHEST_HU) - LOWEST_HU
    return np.bincount(bins.ravel(), minlength=HIGHEST_HU - LOWEST_HU + 1)


def no_ct(
    histogram, *, air_below_hu, soft_tissue_hu, bone_above_hu, bone_from_cm3, grey_levels_from
):
    """Findings because of which an image is no CT of a hip in Hounsfield units.

    Parameters
    ----------
    histogram : Histogram
    air_below_hu : float
        Some voxel must be under this: a scan without air has lost its rescale intercept.
    soft_tissue_hu : list of float, (lowest, highest)
        Some voxel must be between these, as muscle and fat are.
    bone_above_hu, bone_from_cm3 : float
        So much of the scan must be above this.
    grey_levels_from : int
        Fewer different values are a picture.

    Returns
    -------
    list of Finding
    """
    present = np.flatnonzero(histogram.counts) + LOWEST_HU
    found, (low, high) = [], soft_tissue_hu
    if present[0] >= air_below_hu:
        found.append(
            (
                "no air",
                f"The lowest value is {present[0]:g}; expected air below {air_below_hu:g} HU.",
            )
        )
    if not ((present >= low) & (present <= high)).any():
        found.append(
            (
                "no soft tissue",
                f"No voxel is between {low:g} and {high:g} HU; expected muscle and fat there.",
            )
        )
    bone = histogram.mm3_from(bone_above_hu) / MM3_PER_CM3
    if bone < bone_from_cm3:
        found.append(
            (
                "no bone",
                f"{bone:.0f} cm³ are above {bone_above_hu:g} HU; expected {bone_from_cm3:g} cm³ "
                "or more.",
            )
        )
    if len(present) < grey_levels_from:
        found.append(("few grey levels", f"The CT has only {len(present)} different values."))
    return [Finding(*pair) for pair in found]


def look_at_values(
    histogram, *, peaks_hu, padding_below_hu, cut_share, metal_above_hu, metal_from_mm3
):
    """What is odd about a CT's Hounsfield units.

    Parameters
    ----------
    histogram : Histogram
    peaks_hu : dict of str to list of float
        `air`, `fat`, `muscle`: where each of these peaks, lowest to highest.
    padding_below_hu : float
    cut_share : float
        Share of the voxels that may have the highest value.
    metal_above_hu, metal_from_mm3 : float
        This much volume above this value is called metal.

    Returns
    -------
    list of Finding
    """
    counts, found = histogram.counts, []
    padding = int(counts[: int(padding_below_hu) - LOWEST_HU].sum())
    if padding:
        share = padding / counts.sum()
        found.append(("padding", f"{share:.1%} of the voxels are below {padding_below_hu:g} HU."))
    peaks = _peaks(counts, above_hu=padding_below_hu)
    for tissue, (low, high) in peaks_hu.items():
        if not ((peaks >= low) & (peaks <= high)).any():
            found.append(
                (
                    f"{tissue} elsewhere",
                    f"The values have no peak between {low:g} and {high:g} HU, where {tissue} is.",
                )
            )
    top = len(counts) - 1 + LOWEST_HU
    if counts[-1] > cut_share * counts.sum() and top < metal_above_hu:
        found.append(
            ("values cut", f"{counts[-1] / counts.sum():.1%} of the voxels have exactly {top} HU.")
        )
    metal = histogram.mm3_from(metal_above_hu + 1)
    if metal >= metal_from_mm3:
        found.append(("metal", f"{metal:.0f} mm³ are above {metal_above_hu:g} HU."))
    return [Finding(*pair) for pair in found]


def look_at_sides(ct, *, bone_above_hu, sides_ratio, thigh_bone_cm2):
    """Whether both sides of the body have their bone, down to the thighs.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS.
    bone_above_hu : float
    sides_ratio : float
        One side may have so many times the bone of the other.
    thigh_bone_cm2 : float
        Each side's bone in the lowest slices has at least this area.

    Returns
    -------
    list of Finding
    """
    bone = sitk.GetArrayViewFromImage(ct) > bone_above_hu
    x_mm, y_mm, z_mm = ct.GetSpacing()
    lowest = bone[: max(1, round(LOWEST_MM / z_mm))]
    halves = {"image": slice(None)}
    found = []
    if ct.GetSize()[0] * x_mm >= WHOLE_BODY_MM:
        middle = _middle(ct)
        halves = {"right": slice(0, middle), "left": slice(middle, None)}
        right, left = (float(bone[:, :, half].sum()) + 1 for half in halves.values())
        if max(right / left, left / right) > sides_ratio:
            found.append(
                (
                    "unequal sides",
                    f"The {'right' if right > left else 'left'} half has "
                    f"{max(right / left, left / right):.1f} times the bone of the other.",
                )
            )
    areas = {
        side: float(lowest[:, :, half].sum(axis=(1, 2)).mean()) * x_mm * y_mm / MM2_PER_CM2
        for side, half in halves.items()
    }
    for side, area in areas.items():
        if area < thigh_bone_cm2:
            found.append(
                (
                    "no thigh bone",
                    f"The lowest slices have {area:.1f} cm² of bone ({side}); expected "
                    f"{thigh_bone_cm2:g} cm² or more.",
                )
            )
    return [Finding(*pair) for pair in found]


def _middle(ct):
    """Column of the body's middle: the mean column of all that is no air."""
    body = (sitk.GetArrayViewFromImage(ct) > -300).sum(axis=(0, 1))
    return int(round(np.average(np.arange(len(body)), weights=body))) if body.any() else 0


def _peaks(counts, *, above_hu):
    """Hounsfield units at which the smoothed counts have a local maximum."""
    start = int(above_hu) - LOWEST_HU
    smooth = gaussian_filter1d(counts[start:].astype(float), SMOOTHING_HU, mode="constant")
    if len(smooth) < 3:
        return np.array([])
    rises, falls = smooth[1:-1] > smooth[:-2], smooth[1:-1] >= smooth[2:]
    return np.flatnonzero(rises & falls) + 1 + int(above_hu)
