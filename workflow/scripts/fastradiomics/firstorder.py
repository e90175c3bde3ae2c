"""Features of the values themselves, wherever they are."""

import math

import numpy as np

EPSILON = np.spacing(1.0)
NAMES = (
    "10Percentile",
    "90Percentile",
    "Energy",
    "Entropy",
    "InterquartileRange",
    "Kurtosis",
    "Maximum",
    "Mean",
    "MeanAbsoluteDeviation",
    "Median",
    "Minimum",
    "Range",
    "RobustMeanAbsoluteDeviation",
    "RootMeanSquared",
    "Skewness",
    "TotalEnergy",
    "Uniformity",
    "Variance",
)


def first_order_features(values, level_counts, voxel_mm3):
    """The eighteen first-order features.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Of the region's voxels.
    level_counts : ndarray of int
        Voxels of each grey level that occurs; for entropy and uniformity.
    voxel_mm3 : float
        Volume of a voxel.

    Returns
    -------
    dict of str to float
        Kurtosis is 3 for a normal distribution, as in pyradiomics (0 in IBSI).

    References
    ----------
    Zwanenburg A et al. (2016). arXiv:1612.07003, sections 3.3 (statistics) and 3.4 (histogram).
    """
    ordered = np.sort(values).astype(np.float64)
    p10, p25, p50, p75, p90 = (_percentile(ordered, q) for q in (10, 25, 50, 75, 90))
    first, last = np.searchsorted(ordered, p10, "left"), np.searchsorted(ordered, p90, "right")
    robust = ordered[first:last]
    energy = float((ordered * ordered).sum())
    p = level_counts[level_counts > 0] / len(values)
    return {
        "10Percentile": p10,
        "90Percentile": p90,
        "Energy": energy,
        "Entropy": float(-(p * np.log2(p + EPSILON)).sum()),
        "InterquartileRange": p75 - p25,
        "Maximum": float(ordered[-1]),
        "Median": p50,
        "Minimum": float(ordered[0]),
        "Range": float(ordered[-1] - ordered[0]),
        "RobustMeanAbsoluteDeviation": _absolute_deviation(robust),
        "RootMeanSquared": math.sqrt(energy / len(values)),
        "TotalEnergy": energy * voxel_mm3,
        "Uniformity": float((p**2).sum()),
        **_moments(ordered),
    }


def _percentile(ordered, q):
    """Percentile between two neighbours of sorted values, weighted as NumPy does it."""
    position = (len(ordered) - 1) * (q / 100)
    k = int(position)
    low, high = ordered[k], ordered[min(k + 1, len(ordered) - 1)]
    t = position - k
    return float(low + (high - low) * t if t < 0.5 else high - (high - low) * (1 - t))


def _absolute_deviation(values):
    """Mean distance from the mean; of two voxels none is between the 10th and 90th percentile."""
    return float(np.abs(values - values.mean()).mean()) if len(values) else math.nan


def _moments(values):
    """Mean, and the moments about it."""
    mean = values.mean()
    off = values - mean
    square = off * off
    variance = float(square.mean())
    return {
        "Mean": float(mean),
        "MeanAbsoluteDeviation": _absolute_deviation(values),
        "Variance": variance,
        "Skewness": float((square * off).mean()) / variance**1.5 if variance else 0.0,
        "Kurtosis": float((square * square).mean()) / variance**2 if variance else 0.0,
    }
