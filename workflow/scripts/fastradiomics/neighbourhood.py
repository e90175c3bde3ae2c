"""Each voxel against its 26 neighbours: dependence (GLDM) and grey tone difference (NGTDM)."""

import numpy as np
from numba import njit

MOST_DEPENDENT = 27  # a voxel and all its neighbours


def dependence_and_difference(dense, levels, region):
    """How many neighbours have a voxel's own level, and how far it is from their mean.

    Parameters
    ----------
    dense, levels, region
        As `pairs.pairs_and_runs` takes them.

    Returns
    -------
    dependence : ndarray of int64, shape (n_levels, 27)
        Voxels of level i with j neighbours of the same level (both from 0).
    difference : ndarray of float64, shape (n_levels,)
        Sum of the absolute differences from the neighbours' mean level, by level; a voxel without
        neighbours adds 0.

    References
    ----------
    Sun C, Wee WG (1983). Comput Vis Graph Image Process 23:341-352.
    Amadasun M, King R (1989). IEEE Trans Syst Man Cybern 19:1264-1274.
    """
    n_levels = int(levels.max())
    dependence = np.zeros((n_levels, MOST_DEPENDENT), np.int64)
    difference = np.zeros(n_levels)
    where, steps = region.where.view(np.uint64), region.steps.view(np.uint64)  # none is negative
    _sweep(dense, where, steps, region.neighbours, (dependence, difference))
    return dependence, difference


@njit(cache=True)
def _sweep(dense, where, steps, neighbours, out):
    dependence, difference = out
    for i in range(where.size):
        p = where[i]
        level = np.int32(dense[p])
        total, equal = np.int32(0), np.int32(0)
        for direction in range(13):
            a, b = np.int32(dense[p + steps[direction]]), np.int32(dense[p - steps[direction]])
            total += a + b
            equal += (a == level) + (b == level)
        dependence[level - 1, equal] += 1
        if neighbours[i] > 0:
            difference[level - 1] += abs(level - total / neighbours[i])
