"""Zones of one grey level (GLSZM)."""

import numpy as np
from numba import njit


def zones(dense, levels, region):
    """How many connected zones of each grey level and size there are.

    Parameters
    ----------
    dense, levels, region
        As `pairs.pairs_and_runs` takes them.

    Returns
    -------
    counts : ndarray of int64, shape (n_levels, n_sizes)
        Zones of level i (from 0) and of each size that occurs. All 26 neighbours connect.
    sizes : ndarray of int64, shape (n_sizes,)
        Those sizes, in voxels.

    References
    ----------
    Thibault G et al. (2014). Advanced statistical matrices for texture characterization. IEEE
    Trans Biomed Eng 61:630-637. doi:10.1109/TBME.2013.2284600
    """
    size_of = _sizes(dense, region.where, region.steps, region.shape[1] * region.shape[2])
    first = np.flatnonzero(size_of)  # the first voxel of a zone stands for it
    by_size = np.bincount(size_of[first])
    sizes = np.flatnonzero(by_size)
    column = np.empty(len(by_size), np.int64)
    column[sizes] = np.arange(len(sizes))
    n_levels = int(levels.max())
    cell = (levels[first].astype(np.int64) - 1) * len(sizes) + column[size_of[first]]
    counts = np.bincount(cell, minlength=n_levels * len(sizes))
    return counts.reshape(n_levels, len(sizes)), sizes


@njit(cache=True)
def _sizes(dense, where, steps, above):
    """Size of each zone at its first voxel, 0 at all others (union-find).

    The voxel of the slice before, `above` indices away, touches all other earlier neighbours: if
    it has the same level, it is in their zone already.
    """
    parent = np.empty(dense.size, np.int32)
    for i in range(where.size):
        p = where[i]
        parent[p] = p
        level = dense[p]
        if dense[p - above] == level:
            parent[p] = _first(parent, p - above)
            continue
        for direction in range(steps.size):
            q = p - steps[direction]
            if dense[q] == level:
                a, b = _first(parent, q), _first(parent, p)
                parent[max(a, b)] = min(a, b)
    sizes = np.zeros(dense.size, np.int32)
    for i in range(where.size):
        sizes[_first(parent, where[i])] += 1
    return sizes[where]


@njit(cache=True)
def _first(parent, p):
    """The voxel that stands for a zone; the way there is halved for the next time."""
    while parent[p] != p:
        parent[p] = parent[parent[p]]
        p = parent[p]
    return p
