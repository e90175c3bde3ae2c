"""Grey levels of neighbours (GLCM) and runs of one level (GLRLM), in one sweep."""

import numpy as np
from numba import njit

from fastradiomics.region import FORWARD


def pairs_and_runs(dense, levels, region):
    """How often two levels are neighbours, and how long the runs of each level are.

    Parameters
    ----------
    dense : ndarray of uint16
        Levels in the region's bordered box, flat; 0 outside.
    levels : ndarray of uint16, shape (n,)
        The same of the voxels alone.
    region : Region

    Returns
    -------
    pairs : ndarray of int32, shape (13, n_levels, n_levels)
        Voxels of level i whose neighbour in the direction has level j (from 0).
    runs : ndarray of int32, shape (13, n_levels, longest)
        Runs of level i and length j (from 0) along the direction. None where no line in the
        direction holds two voxels: pyradiomics leaves such directions of tiny regions out.

    References
    ----------
    Haralick RM, Shanmugam K, Dinstein I (1973). IEEE Trans Syst Man Cybern 3:610-621.
    Galloway MM (1975). Comput Graph Image Process 4:172-179.
    """
    counts = np.bincount(levels)
    pairs = np.zeros((len(region.steps), len(counts), len(counts)), np.int32)
    runs = np.zeros((len(region.steps), len(counts), region.longest + 1), np.int32)
    _sweep(dense, region.where.view(np.uint64), region.steps.view(np.uint64), pairs, runs)
    in_longer_runs = runs @ np.arange(region.longest + 1, dtype=np.int32)
    runs[:, :, 1] += counts.astype(np.int32) - in_longer_runs
    pairs, runs = pairs[:, 1:, 1:], runs[:, 1:, 1:]
    for direction in np.flatnonzero(~pairs.any(axis=(1, 2))):
        if not _has_pairs(region.inside, FORWARD[direction]):
            runs[direction] = 0
    return pairs, runs


def _has_pairs(inside, direction):
    """Whether two voxels lie on one line in a direction, with or without a gap."""
    voxels = np.argwhere(inside)
    along = voxels[:, np.flatnonzero(direction)[0]]  # the first step that is not 0 is 1
    lines = voxels - np.outer(along, direction)
    return len(np.unique(lines, axis=0)) < len(voxels)


@njit(cache=True)
def _sweep(dense, where, steps, pairs, runs):
    """Count all pairs, and the runs of two or more: at the first voxel of each, walk to its end.

    Level 0, outside, has a row and a column of its own, which spares asking. Indices are unsigned,
    so that none has to be looked at for being negative.
    """
    for direction in range(steps.size):
        step = steps[direction]
        table = pairs[direction]
        for i in range(where.size):
            here = dense[where[i]]
            there = dense[where[i] + step]
            table[here, there] += 1
            if here == there and dense[where[i] - step] != here:
                length, end = 2, where[i] + step + step
                while dense[end] == here:
                    length += 1
                    end += step
                runs[direction, here, length] += 1
