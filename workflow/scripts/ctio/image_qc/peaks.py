"""Where air, fat and muscle peak among a CT's Hounsfield units."""

from typing import NamedTuple

import numpy as np
import SimpleITK as sitk
from scipy.ndimage import gaussian_filter1d, uniform_filter

from ctio.image_qc.metal import has_metal

MAX_PLANES = 24  # evenly spread, of which the values are taken
MIN_PLANES = 4  # without metal; where there are fewer, all are taken
NEIGHBOURS = 3  # pixels to a side whose mean is one value: less noise
CALM_FRACTION = 0.5  # of the values, those whose neighbours differ least: no edges between tissues
WINDOWS = {"air": (-1450, -400), "soft": (-400, 400)}  # where their peaks are looked for
SMOOTHING_HU = 4
MIN_HEIGHT = 0.1  # of the highest peak in a window: a lower one is no tissue's
MIN_HEIGHT_LEAN = 0.03  # the same where there is a single peak otherwise, as in lean people
SHOULDER = 0.75  # of a peak's height: between what is so high lies its middle
MIN_AIR_HEIGHT = 0.3  # the same for air: the table and cushions are higher, and less
MIN_PROMINENCE = 0.01  # of the highest: what rises less above its surroundings is noise
# Of a CT's values: with less air, as in a crop from within the body, its peak is that of edges.
MIN_AIR_FRACTION = 0.03
SURE_AIR_BELOW_HU = -850
# Of air, values that differ from their neighbours: with fewer, it was cut or filled in. Seven CTs
# had 0.95 and more; multiplied by 1.2 and cut at -1024 HU, 0.06 to 0.42.
MIN_VARIED_FRACTION = 0.5
MAX_NOISE_HU = 100  # of air; one of nine pixels that is no air makes 280
MIN_BESIDE_FILLED_HU = 30  # a peak so far from what was filled in is air all the same


class Peaks(NamedTuple):
    """Where tissues peak, in Hounsfield units; None for one that is not there.

    Attributes
    ----------
    air, fat, muscle : float or None
        Air is also None where nearly all of it has one value, or where there is hardly any.
    """

    air: float | None
    fat: float | None
    muscle: float | None


class _Peak(NamedTuple):
    """One peak: its top and its middle in HU, and its height against the highest one's."""

    top: float
    middle: float
    height: float


class Values(NamedTuple):
    """Mean and standard deviation of small neighbourhoods of a CT's voxels, and the voxels."""

    means: np.ndarray
    deviations: np.ndarray
    voxels: np.ndarray

    def within(self, window, *, shift=0):
        """Those whose mean is in a window of Hounsfield units, after a shift."""
        low, high = window
        inside = (self.means + shift >= low) & (self.means + shift < high)
        return Values(
            self.means[inside] + shift, self.deviations[inside], self.voxels[inside] + shift
        )

    def only(self, chosen):
        """Those of a mask."""
        return Values(*(column[chosen] for column in self))

    def without_neighbours(self):
        """The voxels alone, edges and all."""
        return Values(self.voxels, np.zeros_like(self.voxels), self.voxels)


def sample(ct):
    """The `Values` of some planes of a CT that are below bone; no plane with metal, if possible.

    Parameters
    ----------
    ct : SimpleITK.Image

    Returns
    -------
    Values
    """
    voxels, planes = sitk.GetArrayViewFromImage(ct), np.flatnonzero(~has_metal(ct))
    if len(planes) < MIN_PLANES:
        planes = np.arange(len(voxels))
    step = -(-len(planes) // MAX_PLANES)
    means, deviations, centres = [], [], []
    for plane in voxels[planes[::step]].astype(float):
        mean = uniform_filter(plane, NEIGHBOURS)
        variance = uniform_filter(plane * plane, NEIGHBOURS) - mean * mean
        kept = (mean >= WINDOWS["air"][0]) & (mean < WINDOWS["soft"][1])
        means.append(mean[kept].astype(np.float32))
        deviations.append(np.sqrt(np.maximum(variance[kept], 0)).astype(np.float32))
        centres.append(plane[kept].astype(np.float32))
    return Values(*map(np.concatenate, (means, deviations, centres)))


def find_peaks(values, scale):
    """Where air, fat and muscle peak.

    Parameters
    ----------
    values : Values
    scale : ctio.image_qc.tissues.Scale

    Returns
    -------
    Peaks
    """
    return Peaks(_find_air(values), *find_fat_and_muscle(values, scale))


def find_fat_and_muscle(values, scale, *, shift=0):
    """The peaks of fat and of muscle after a shift of all values; None for one not there."""
    soft = values.within(WINDOWS["soft"], shift=shift)
    peaks = _peaks_of(soft, "soft")
    if len(peaks) < 2:
        peaks = _peaks_of(soft, "soft", min_height=MIN_HEIGHT_LEAN)
    if len(peaks) < 2:
        lean = _peaks_of(soft.without_neighbours(), "soft", min_height=MIN_HEIGHT_LEAN)
        peaks = lean if len(lean) > 1 else peaks
    middles = [peak.middle for peak in peaks]
    pairs = [(low, high) for low in middles for high in middles if low < high]
    if pairs:
        return min(pairs, key=lambda pair: abs(pair[1] - pair[0] - scale.distance.usual))
    if not peaks:
        return None, None
    (only,) = middles
    is_fat = abs(only - scale.fat.usual) < abs(only - scale.muscle.usual)
    return (only, None) if is_fat else (None, only)


def _find_air(values):
    """The lowest high peak of air; None if there is hardly any, or nearly all has one value."""
    total, values = values.means.size, values.within(WINDOWS["air"])
    if values.means.size < MIN_AIR_FRACTION * total:
        return None
    varied = values.deviations > 0.1  # the least there is if one of nine pixels differs is 0.3
    peaks = _peaks_of(values.only(varied & (values.deviations < MAX_NOISE_HU)), "air")
    top = next((peak.top for peak in peaks if peak.height >= MIN_AIR_HEIGHT), None)
    air = values.means < SURE_AIR_BELOW_HU
    if top is not None and air.any() and varied[air].mean() < MIN_VARIED_FRACTION:
        filled = float(np.median(values.means[air]))
        return top if filled + MIN_BESIDE_FILLED_HU < top < SURE_AIR_BELOW_HU else None
    return top


def _peaks_of(values, window, *, min_height=MIN_HEIGHT):
    """The `_Peak`s of the calm values, lowest HU first."""
    low, high = WINDOWS[window]
    if not values.means.size:
        return []
    calm = values.deviations <= np.quantile(values.deviations, CALM_FRACTION)
    counts = np.histogram(values.means[calm], high - low, (low, high))[0]
    counts = gaussian_filter1d(counts.astype(float), SMOOTHING_HU, mode="constant")
    rises, falls = counts[1:-1] > counts[:-2], counts[1:-1] >= counts[2:]
    places, highest = np.flatnonzero(rises & falls) + 1, counts.max()
    places = [i for i in places if counts[i] >= min_height * highest]
    places = [i for i in places if _prominence(counts, i) >= MIN_PROMINENCE * highest]
    zero = low + 0.5  # the middle of the first bin
    return [
        _Peak(zero + _top(counts, i), zero + _middle(counts, i), counts[i] / highest)
        for i in places
    ]


def _top(counts, place):
    """Where the parabola through a peak and its neighbours is highest, in bins."""
    before, top, after = counts[place - 1 : place + 2]
    return place + float((before - after) / (2 * (before - 2 * top + after)))


def _middle(counts, place):
    """The middle of what is nearly as high as a peak, in bins: a flat top has several peaks."""
    level = SHOULDER * counts[place]
    below = np.flatnonzero(counts < level)
    left = below[below < place].max(initial=0)
    right = below[below > place].min(initial=len(counts) - 1)
    start = np.interp(level, counts[left : left + 2], (left, left + 1))
    stop = np.interp(level, counts[right - 1 : right + 1][::-1], (right, right - 1))
    return float(start + stop) / 2


def _prominence(counts, place):
    """How far counts fall on both sides of a peak before they rise above it."""
    higher = np.flatnonzero(counts > counts[place])
    start = higher[higher < place].max(initial=0)
    stop = higher[higher > place].min(initial=len(counts))
    lowest = max(counts[start : place + 1].min(), counts[place:stop].min())
    return counts[place] - lowest
