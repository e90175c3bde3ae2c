"""The region of interest, measured once and used for every filtered image."""

from dataclasses import dataclass

import numpy as np

from fastradiomics.problems import UnmeasurableRegion

FORWARD = np.array(
    [
        (dz, dy, dx)
        for dz in (0, 1)
        for dy in (-1, 0, 1)
        for dx in (-1, 0, 1)
        if (dz, dy, dx) > (0, 0, 0)
    ]
)  # one of each pair of opposite neighbours: 13 directions


@dataclass(frozen=True)
class Region:
    """Voxels inside a mask, and where they are in their box with a border of one voxel.

    Attributes
    ----------
    box : tuple of slice, (z, y, x)
        The smallest box around the voxels, in the mask's array.
    inside : ndarray of bool, shape of the box
    shape : tuple of int
        Of the box with its border.
    where : ndarray of int64, shape (n,)
        Flat index of every voxel in the bordered box, ascending.
    steps : ndarray of int64, shape (13,)
        How far the neighbour in each direction of `FORWARD` is in that flat index.
    neighbours : ndarray of uint8, shape (n,)
        How many of its 26 neighbours are inside, for every voxel.
    spacing_mm : tuple of float, (z, y, x)
    """

    box: tuple
    inside: np.ndarray
    shape: tuple
    where: np.ndarray
    steps: np.ndarray
    neighbours: np.ndarray
    spacing_mm: tuple

    @property
    def longest(self):
        """Longest run of voxels that fits into the box."""
        return max(self.inside.shape)

    def spread(self, values):
        """Values of the voxels in their bordered box; 0 outside, flat."""
        dense = np.zeros(self.shape, values.dtype).ravel()
        dense[self.where] = values
        return dense


def region_of(mask, spacing_mm):
    """The region inside a mask.

    Parameters
    ----------
    mask : ndarray of bool, shape (z, y, x)
        Not empty.
    spacing_mm : sequence of float, (z, y, x)

    Returns
    -------
    Region
    """
    box = box_of(mask)
    inside = np.ascontiguousarray(mask[box])
    bordered = np.pad(inside, 1)
    where = np.flatnonzero(bordered)
    steps = FORWARD @ np.array([bordered.shape[1] * bordered.shape[2], bordered.shape[2], 1])
    flat = bordered.ravel().view(np.uint8)
    neighbours = np.zeros(len(where), np.uint8)
    for step in steps:
        neighbours += flat[where + step]
        neighbours += flat[where - step]
    return Region(box, inside, bordered.shape, where, steps, neighbours, tuple(spacing_mm))


def box_of(mask):
    """Smallest box around the voxels of an array that are not 0, as slices (z, y, x).

    Raises
    ------
    UnmeasurableRegion
        If there are none.
    """
    rows = mask.any(axis=2)
    z, y = (np.flatnonzero(rows.any(axis=axis)) for axis in (1, 0))
    if not z.size:
        raise UnmeasurableRegion("The mask holds no voxel of its label.")
    part = mask[z[0] : z[-1] + 1, y[0] : y[-1] + 1]
    x = np.flatnonzero(part.any(axis=(0, 1)))
    return tuple(slice(int(along[0]), int(along[-1]) + 1) for along in (z, y, x))
