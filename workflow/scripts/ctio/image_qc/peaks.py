"""Where air, fat and muscle peak among a CT's Hounsfield units, and how far that is from usual."""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ctio.issues.issue import Issue

SMOOTHING_HU = 8
MIN_HEIGHT = 0.05  # of the highest peak in a tissue's window: a lower one is no tissue's
MIN_PROMINENCE = 0.01  # of the same: what rises less above its surroundings is noise of the counts
TWICE_HU = 1024  # by how much all values are too low if the usual intercept was applied twice


class Tissue(NamedTuple):
    """Where a tissue's voxels are, in Hounsfield units.

    Attributes
    ----------
    usual : int
    possible : tuple of int, (low, high)
        Of its peak in an intact CT.
    window : tuple of int, (low, high)
        Where its peak is looked for.
    """

    usual: int
    possible: tuple
    window: tuple


# Air is -1000 HU by definition; the CT accreditation of the American College of Radiology takes
# -1005 to -970 HU, and many programs cut at -1024 HU. Fat lies at -110 to -90 HU from 100 to
# 140 kVp, muscle at 35 to 65 HU, with a contrast agent up to 75 HU: 15 HU more on either side.
TISSUES = {
    "air": Tissue(-1000, (-1030, -970), (-1450, -400)),
    "fat": Tissue(-100, (-125, -75), (-400, 400)),
    "muscle": Tissue(50, (20, 90), (-400, 400)),
}
OFF_SCALE = tuple(f"{tissue} peak shifted" for tissue in TISSUES)


def check_peaks(counts, *, first_hu):
    """Issues of air, fat and muscle that do not peak where they do in a CT.

    Parameters
    ----------
    counts : ndarray of int
        Voxels of each whole Hounsfield unit.
    first_hu : int
        The unit of the first count.

    Returns
    -------
    list of Issue
        Each says by how many Hounsfield units the tissue is off, where that can be seen.
    """
    smooth = gaussian_filter1d(counts.astype(float), SMOOTHING_HU, mode="constant")
    found = {"air": _find_air(smooth, first_hu)}
    found["fat"], found["muscle"] = _find_fat_and_muscle(smooth, first_hu)
    issues = []
    for tissue, peak in found.items():
        low, high = TISSUES[tissue].possible
        if peak is None:
            sentence = f"The values have no peak between {low} and {high} HU, where {tissue} is."
        elif not low <= peak <= high:
            off = peak - TISSUES[tissue].usual
            sentence = (
                f"{tissue.capitalize()} peaks at {peak} HU, {abs(off)} HU "
                f"{'higher' if off > 0 else 'lower'} than its usual {TISSUES[tissue].usual} HU."
            )
        else:
            continue
        issues.append(Issue(f"{tissue} peak shifted", sentence))
    return issues


def is_intercept_twice(counts, *, first_hu):
    """Whether fat and muscle peak where they do in a CT, but `TWICE_HU` lower."""
    smooth = gaussian_filter1d(counts.astype(float), SMOOTHING_HU, mode="constant")
    found = _find_fat_and_muscle(smooth, first_hu + TWICE_HU)
    return all(
        peak is not None and _is_possible(peak, tissue)
        for peak, tissue in zip(found, ("fat", "muscle"), strict=True)
    )


def _is_possible(peak, tissue):
    low, high = TISSUES[tissue].possible
    return low <= peak <= high


def _peaks_in(smooth, first_hu, window):
    """Peaks of the counts in a window that hold enough voxels, and their heights."""
    start, stop = (max(0, hu - first_hu) for hu in window)
    part = smooth[start:stop]
    if part.size < 3 or not part.any():
        return np.array([], int), np.array([])
    top = part.max()
    rises, falls = part[1:-1] > part[:-2], part[1:-1] >= part[2:]
    places = np.flatnonzero(rises & falls & (part[1:-1] >= MIN_HEIGHT * top)) + 1
    kept = [place for place in places if _prominence(part, place) >= MIN_PROMINENCE * top]
    places = np.array(kept, int)
    return places + start + first_hu, part[places]


def _prominence(counts, place):
    """How far counts fall on both sides of a peak before they rise above it."""
    higher = np.flatnonzero(counts > counts[place])
    start = higher[higher < place].max(initial=0)
    stop = higher[higher > place].min(initial=len(counts))
    lowest = max(counts[start : place + 1].min(), counts[place:stop].min())
    return counts[place] - lowest


def _find_air(smooth, first_hu):
    """The highest peak of air, in HU: cushions and the table have lower ones; None without one."""
    peaks, heights = _peaks_in(smooth, first_hu, TISSUES["air"].window)
    return int(peaks[heights.argmax()]) if peaks.size else None


def _find_fat_and_muscle(smooth, first_hu):
    """The peaks of fat and of muscle, the upper one, in HU; None for one that is not there."""
    peaks = _peaks_in(smooth, first_hu, TISSUES["fat"].window)[0].tolist()
    fat = _nearest(filter(lambda peak: _is_possible(peak, "fat"), peaks), "fat")
    muscle = _nearest(filter(lambda peak: _is_possible(peak, "muscle"), peaks), "muscle")
    if fat is None and muscle is None and len(peaks) > 1:
        usual = TISSUES["muscle"].usual - TISSUES["fat"].usual
        pairs = [(low, high) for low in peaks for high in peaks if low < high]
        return min(pairs, key=lambda pair: abs(pair[1] - pair[0] - usual))
    if fat is None:
        fat = _nearest((peak for peak in peaks if muscle is None or peak < muscle), "fat")
    if muscle is None:
        muscle = _nearest((peak for peak in peaks if peak > fat), "muscle") if peaks else None
    return fat, muscle


def _nearest(peaks, tissue):
    """Of peaks in HU the one nearest to where a tissue usually is; None if there is none."""
    return min(peaks, key=lambda peak: abs(peak - TISSUES[tissue].usual), default=None)
