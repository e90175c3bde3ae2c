"""Whether neighbouring slices continue each other: a patient who moved, slices that were lost."""

from typing import NamedTuple

import numpy as np
import SimpleITK as sitk
from scipy.ndimage import gaussian_filter

from ctio.image_qc.metal import has_metal
from ctio.imaging.sides import WHOLE_BODY_MM
from ctio.issues.issue import Issue

WINDOW_HU = (-200, 300)  # fat, muscle and bone: the skin's edge counts little more than a muscle's
BODY_ABOVE_HU = -150  # inside of that window
PIXEL_MM = 3  # to which slices are averaged
BLUR_PIXELS = 1
MIN_REACH = 2  # neighbouring pairs above and below a pair that it is compared with
REACH_MM = 5  # the same: slices that were interpolated or repeated come in groups
MIN_PAIRS = 2  # with which a pair must be compared
MIN_BODY_MM2 = 400  # of a slice: less is the tip of a part of the body
MIN_OVERLAP = 0.5  # of the bodies in two slices: below, the body or the image ends
# Tuned with `make benchmark-continuity` (docs/image_qc.md). In its intact CTs with slices of up to
# 5 mm a pair differs at most 1.5 times as much as its neighbours do. A shift of 2 mm explains at
# most 0.36 (see `Pairs.explained`), at a knee in slices that were interpolated to 5 mm.
MAX_RATIO = 1.6
MIN_SHIFT_MM = 2.0
MIN_EXPLAINED = 0.4
RIDGE_HU_PER_MM = 0.3  # gradients below it say nothing of a shift
DISCONTINUOUS = ("step between slices", "jump between slices")


class Pairs(NamedTuple):
    """Measures of each pair of neighbouring slices, nan where there is nothing to compare.

    Attributes
    ----------
    ratio : ndarray, shape (pairs,)
        Difference of both slices, over the largest one of the pairs around.
    shift_mm : ndarray, shape (pairs,)
        By how much the upper slice lies sideways, beyond what the next pairs let expect. Of large
        shifts only about 8 mm are found.
    explained : ndarray, shape (pairs,)
        Fraction of the unexpected difference that this shift takes away, times the ratio.
    """

    ratio: np.ndarray
    shift_mm: np.ndarray
    explained: np.ndarray

    @property
    def stepped(self):
        """Whether a pair is shifted sideways."""
        shifted = (self.shift_mm >= MIN_SHIFT_MM) & (self.explained >= MIN_EXPLAINED)
        return shifted & (self.ratio >= 1)


class Jumps(NamedTuple):
    """Pairs of neighbouring slices that do not continue each other.

    Attributes
    ----------
    stepped : ndarray of bool, shape (pairs,)
        Whether the body, or one side of a whole one, lies sideways of the slice below.
    apart : ndarray of bool, shape (pairs,)
        Whether both slices differ more than their neighbours in another way.
    ratio : ndarray, shape (pairs,)
        `Pairs.ratio` of the side of the image where it is lower: a single object that begins or
        ends, such as an implant, is on one side. 0 where there is nothing to compare, or metal.
    """

    stepped: np.ndarray
    apart: np.ndarray
    ratio: np.ndarray


def check_continuity(ct):
    """Issues of slices that do not continue their neighbours.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS.

    Returns
    -------
    list of Issue
        One for all sideways steps, one for all other jumps. Each names where: in mm above the
        middle of the lowest slice.
    """
    stepped, apart, ratio = find_jumps(ct)
    levels = (np.arange(len(ratio)) + 0.5) * ct.GetSpacing()[2]
    found = []
    if stepped.any():
        sentence = (
            f"The body jumps sideways from one slice to the next {_list_levels(levels[stepped])}; "
            "the patient may have moved."
        )
        found.append((DISCONTINUOUS[0], sentence))
    if apart.any():
        sentence = (
            f"Neighbouring slices differ {ratio[apart].max():.1f} times as much as those around "
            f"them {_list_levels(levels[apart])}; slices may be missing, or the patient moved."
        )
        found.append((DISCONTINUOUS[1], sentence))
    return [Issue(*pair) for pair in found]


def find_jumps(ct):
    """Pairs of neighbouring slices between which a body or its sides are shifted, or jump.

    Parameters
    ----------
    ct : SimpleITK.Image

    Returns
    -------
    Jumps
    """
    slices, spacing_mm = shrink(ct)
    middle = slices.shape[2] // 2
    parts = (slices, slices[:, :, :middle], slices[:, :, middle:])
    whole, *halves = (measure_pairs(part, spacing_mm) for part in parts)
    stepped = whole.stepped
    if ct.GetSize()[0] * ct.GetSpacing()[0] >= WHOLE_BODY_MM:  # one leg may move alone
        stepped = stepped | np.any([half.stepped for half in halves], axis=0)
    ratio = np.fmin.reduce([whole.ratio, *(half.ratio for half in halves)])
    metal = has_metal(ct)
    streaked = metal[1:] | metal[:-1]
    stepped, ratio = stepped & ~streaked, np.where(streaked, 0, np.nan_to_num(ratio))
    return Jumps(stepped, (ratio >= MAX_RATIO) & ~stepped, ratio)


def shrink(ct):
    """Slices of a CT cut at `WINDOW_HU`, averaged to pixels of about `PIXEL_MM` and smoothed.

    Parameters
    ----------
    ct : SimpleITK.Image

    Returns
    -------
    slices : ndarray of float32, shape (z, y, x)
    spacing_mm : tuple of float, (z, y, x)
    """
    hu, steps = sitk.GetArrayViewFromImage(ct), ct.GetSpacing()[1::-1]
    by_y, by_x = (max(1, round(PIXEL_MM / step)) for step in steps)
    rows, columns = max(1, hu.shape[1] // by_y), max(1, hu.shape[2] // by_x)
    by_y, by_x = min(by_y, hu.shape[1]), min(by_x, hu.shape[2])
    slices = np.empty((len(hu), rows, columns), np.float32)
    for small, plane in zip(slices, hu, strict=True):
        whole = np.clip(plane[: rows * by_y, : columns * by_x], *WINDOW_HU).astype(np.float32)
        lines = whole.reshape(rows, by_y, -1).mean(axis=1)
        small[:] = gaussian_filter(lines.reshape(rows, columns, by_x).mean(axis=2), BLUR_PIXELS)
    return slices, (ct.GetSpacing()[2], steps[0] * by_y, steps[1] * by_x)


def measure_pairs(slices, spacing_mm):
    """Each pair of neighbouring slices against the pairs around it.

    Parameters
    ----------
    slices : ndarray, shape (z, y, x)
        From `shrink`.
    spacing_mm : tuple of float, (z, y, x)

    Returns
    -------
    Pairs
    """
    z_mm, *pixel_mm = spacing_mm
    reach = max(MIN_REACH, round(REACH_MM / z_mm))
    body = slices > BODY_ABOVE_HU
    difference = _mean_differences(slices, body, min_pixels=MIN_BODY_MM2 / np.prod(pixel_mm))
    measures = np.full((3, len(difference)), np.nan)
    for k in np.flatnonzero(np.isfinite(difference)):
        near = range(max(0, k - reach), min(len(difference), k + reach + 1))
        around = [difference[j] for j in near if j != k]
        if len(around) >= MIN_PAIRS and np.isfinite(around).all():
            measures[0, k] = difference[k] / max(1.0, *around)
            if measures[0, k] >= 1:  # a step is no smaller than what is around it
                shift_mm, explained = _measure_shift(slices, k, body[k] | body[k + 1], pixel_mm)
                measures[1:, k] = shift_mm, explained * measures[0, k]
    return Pairs(*measures)


def _mean_differences(slices, body, *, min_pixels):
    """Mean HU by which neighbouring slices differ in the body; nan where the body ends."""
    differences = np.full(max(0, len(slices) - 1), np.nan)
    for k in range(len(differences)):
        either, both = body[k] | body[k + 1], body[k] & body[k + 1]
        if both.sum() >= max(min_pixels, MIN_OVERLAP * either.sum()):
            differences[k] = np.abs(slices[k + 1] - slices[k])[either].mean()
    return differences


def _measure_shift(slices, k, body, pixel_mm):
    """How far the slice above lies sideways in mm, and the fraction of the difference it explains.

    Least squares on the gradient, of what is left after the mean difference of the next pairs.
    """
    next_pairs = [slices[j + 1] - slices[j] for j in (k - 1, k + 1) if 0 <= j < len(slices) - 1]
    unexpected = (slices[k + 1] - slices[k] - np.mean(next_pairs, axis=0))[body]
    gradient = np.gradient((slices[k] + slices[k + 1]) / 2, *pixel_mm)
    gradient = np.stack([along[body] for along in gradient], axis=1).astype(float)
    ridge = np.eye(2) * len(gradient) * RIDGE_HU_PER_MM**2
    shift = np.linalg.solve(gradient.T @ gradient + ridge, -gradient.T @ unexpected)
    left = unexpected + gradient @ shift
    return np.hypot(*shift), 1 - (left**2).sum() / max(1.0, (unexpected**2).sum())


def _list_levels(levels_mm):
    """Levels in words, the first three of them."""
    named = [f"{level:.0f}" for level in levels_mm[:3]]
    listed = ", ".join(named[:-1]) + (" and " if named[1:] else "") + named[-1]
    more = len(levels_mm) - len(named)
    return f"{listed} mm above the lowest one" + (f", and at {more} other levels" if more else "")
