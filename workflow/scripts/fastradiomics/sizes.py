"""Features of a table of levels and sizes: runs, zones and dependences have the same formulas.

Rows are grey levels, columns are sizes: the length of a run (GLRLM), the voxels of a zone (GLSZM),
the neighbours that share a voxel's level and itself (GLDM).
"""

import numpy as np
from numba import njit

EPSILON = np.spacing(1.0)
RUNS = (
    "ShortRunEmphasis",
    "LongRunEmphasis",
    "GrayLevelNonUniformity",
    "GrayLevelNonUniformityNormalized",
    "RunLengthNonUniformity",
    "RunLengthNonUniformityNormalized",
    "RunPercentage",
    "GrayLevelVariance",
    "RunVariance",
    "RunEntropy",
    "LowGrayLevelRunEmphasis",
    "HighGrayLevelRunEmphasis",
    "ShortRunLowGrayLevelEmphasis",
    "ShortRunHighGrayLevelEmphasis",
    "LongRunLowGrayLevelEmphasis",
    "LongRunHighGrayLevelEmphasis",
)
ZONES = (
    "SmallAreaEmphasis",
    "LargeAreaEmphasis",
    "GrayLevelNonUniformity",
    "GrayLevelNonUniformityNormalized",
    "SizeZoneNonUniformity",
    "SizeZoneNonUniformityNormalized",
    "ZonePercentage",
    "GrayLevelVariance",
    "ZoneVariance",
    "ZoneEntropy",
    "LowGrayLevelZoneEmphasis",
    "HighGrayLevelZoneEmphasis",
    "SmallAreaLowGrayLevelEmphasis",
    "SmallAreaHighGrayLevelEmphasis",
    "LargeAreaLowGrayLevelEmphasis",
    "LargeAreaHighGrayLevelEmphasis",
)
DEPENDENCES = (
    "SmallDependenceEmphasis",
    "LargeDependenceEmphasis",
    "GrayLevelNonUniformity",
    None,  # normalised: the uniformity of first order
    "DependenceNonUniformity",
    "DependenceNonUniformityNormalized",
    None,  # percentage: always 1
    "GrayLevelVariance",
    "DependenceVariance",
    "DependenceEntropy",
    "LowGrayLevelEmphasis",
    "HighGrayLevelEmphasis",
    "SmallDependenceLowGrayLevelEmphasis",
    "SmallDependenceHighGrayLevelEmphasis",
    "LargeDependenceLowGrayLevelEmphasis",
    "LargeDependenceHighGrayLevelEmphasis",
)


def size_features(tables, sizes, names):
    """The sixteen features of tables of levels and sizes, averaged over the tables.

    Parameters
    ----------
    tables : ndarray of int, shape (n_tables, n_levels, n_sizes)
        One table, or one for each direction. Tables without entries are left out.
    sizes : ndarray of int, shape (n_sizes,)
        What the columns stand for.
    names : tuple of str
        `RUNS`, `ZONES` or `DEPENDENCES`.

    Returns
    -------
    dict of str to float
        Not a number if every table is empty.

    References
    ----------
    Zwanenburg A et al. (2016). Image biomarker standardisation initiative, arXiv:1612.07003,
    sections 3.7 (GLRLM), 3.8 (GLSZM) and 3.11 (NGLDM). doi:10.48550/arXiv.1612.07003
    """
    found = np.zeros((len(tables), 16))
    for table, values in zip(tables, found, strict=True):
        _features(table, sizes, values)
    mean = found[tables.any(axis=(1, 2))].mean(axis=0) if tables.any() else np.full(16, np.nan)
    return {name: float(value) for name, value in zip(names, mean, strict=True) if name}


@njit(cache=True)
def _features(table, sizes, out):
    n_levels, n_sizes = table.shape
    by_level, by_size = np.zeros(n_levels), np.zeros(n_sizes)
    for i in range(n_levels):
        for j in range(n_sizes):
            by_level[i] += table[i, j]
            by_size[j] += table[i, j]
    total = by_level.sum()
    if total == 0:
        return
    _joint(table, sizes, total, out)
    levels = np.arange(1.0, n_levels + 1)
    out[2], out[3], out[7] = _marginal(by_level, levels, total)
    out[4], out[5], out[8] = _marginal(by_size, sizes.astype(np.float64), total)
    out[6] = total / (by_size * sizes).sum()
    out[10], out[11] = (by_level / levels**2).sum() / total, (by_level * levels**2).sum() / total
    squares = sizes.astype(np.float64) ** 2
    out[0], out[1] = (by_size / squares).sum() / total, (by_size * squares).sum() / total


@njit(cache=True)
def _joint(table, sizes, total, out):
    """Entropy, and the four emphases of level and size together."""
    for i in range(table.shape[0]):
        level = (i + 1.0) ** 2
        for j in range(table.shape[1]):
            if table[i, j] > 0:
                size = float(sizes[j]) ** 2
                p = table[i, j] / total
                out[9] -= p * np.log2(p + EPSILON)
                out[12] += p / (level * size)
                out[13] += p * level / size
                out[14] += p * size / level
                out[15] += p * level * size


@njit(cache=True)
def _marginal(counts, values, total):
    """Non-uniformity, the same normalised, and variance of one side of a table."""
    squares = (counts**2).sum()
    p = counts / total
    mean = (p * values).sum()
    return squares / total, squares / total**2, (p * (values - mean) ** 2).sum()
