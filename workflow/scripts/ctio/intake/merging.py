"""Structures of one femur merged, and those that lie in one another."""

import numpy as np

from ctio.imaging.sides import UNSIDED
from ctio.intake.names import SIDES
from ctio.issues.issue import Issue

MIN_SHARED = 0.5  # of the smaller structure's voxels: parts of one femur share a slice or two
ALIKE = 0.95  # of the larger one's voxels that the smaller has: beyond it one is the other's copy


def merge_structures(masks, sides, shape):
    """One label map of all structures that are femora.

    Parameters
    ----------
    masks : callable
        Gives the voxels of a structure by its index: an ndarray of bool.
    sides : dict of int to int
        From `ctio.intake.names.match_femur_names`.
    shape : tuple of int, (z, y, x)

    Returns
    -------
    labels : ndarray of uint8
        1 right, 2 left, `UNSIDED` where a name has no side.
    issues : list of Issue
    """
    labels, issues, before = np.zeros(shape, dtype=np.uint8), [], {}
    for index in sorted(sides, key=lambda index: (sides[index] != 0, index)):
        side, mask = sides[index], masks(index)
        labels[mask] = side or UNSIDED
        if list(sides.values()).count(side) == 1:
            continue
        if side in before and _is_inside(mask, before[side]):
            issues.append(_describe(sides, side))
        before[side] = before[side] | mask if side in before else mask
    return labels, list(dict.fromkeys(issues))


def _is_inside(mask, whole):
    """Whether a structure and what was there before it lie in one another, and are not alike."""
    smaller, larger = sorted((int(mask.sum()), int(whole.sum())))
    shared = int((mask & whole).sum())
    return shared > MIN_SHARED * smaller and smaller < ALIKE * larger


def _describe(sides, side):
    numbers = " and ".join(str(index + 1) for index in sorted(sides) if sides[index] == side)
    return Issue(
        "structures overlap",
        f"Numbers {numbers}, taken for {SIDES[side]}, lie in one another: one may be a margin or a "
        "part.",
    )
