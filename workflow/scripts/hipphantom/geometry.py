"""Shapes as signed distances in millimetres: negative inside, positive outside."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter


@dataclass(frozen=True)
class Grid:
    """A box of voxels in the patient's frame, axes (z, y, x) as in every array of a phantom.

    Attributes
    ----------
    origin_mm : tuple of float, (z, y, x)
        Centre of the first voxel. z grows to superior, y to posterior, x to the patient's left.
    spacing_mm : tuple of float, (z, y, x)
    shape : tuple of int, (z, y, x)
    """

    origin_mm: tuple
    spacing_mm: tuple
    shape: tuple

    def axes(self):
        """Coordinates in mm along z, y and x, shaped to broadcast to the grid's shape."""
        lines = [
            (o + s * np.arange(n)).astype(np.float32)
            for o, s, n in zip(self.origin_mm, self.spacing_mm, self.shape, strict=True)
        ]
        return np.ix_(*lines)

    def window(self, low_mm, high_mm):
        """Slices of the voxels between two corners (z, y, x), cut to the grid."""
        bounds = zip(low_mm, high_mm, self.origin_mm, self.spacing_mm, self.shape, strict=True)
        return tuple(
            slice(
                int(np.clip(np.floor((low - o) / s), 0, n)),
                int(np.clip(np.ceil((high - o) / s) + 1, 0, n)),
            )
            for low, high, o, s, n in bounds
        )

    def crop(self, window):
        """The grid of the voxels in one window."""
        origin = tuple(
            o + s * w.start for o, s, w in zip(self.origin_mm, self.spacing_mm, window, strict=True)
        )
        return Grid(origin, self.spacing_mm, tuple(w.stop - w.start for w in window))

    def coarser(self, spacing_mm):
        """A grid over the same volume with larger voxels, one voxel wider on the far sides."""
        shape = tuple(
            int(np.ceil((n - 1) * fine / coarse)) + 1
            for n, fine, coarse in zip(self.shape, self.spacing_mm, spacing_mm, strict=True)
        )
        return Grid(self.origin_mm, tuple(spacing_mm), shape)


class Refiner:
    """Linear interpolation from a coarse grid to a fine one that starts at the same corner.

    Parameters
    ----------
    coarse, fine : Grid
    """

    def __init__(self, coarse, fine):
        steps = np.divide(fine.spacing_mm, coarse.spacing_mm)
        self.lines = [
            _neighbours(c, n, step)
            for c, n, step in zip(coarse.shape, fine.shape, steps, strict=True)
        ]

    def slice(self, field, number):
        """One fine axial slice, shape (y, x), of a coarse field, shape (z, y, x)."""
        (low, high, weight), rows, columns = self.lines
        level = field[low[number]] + weight[number] * (field[high[number]] - field[low[number]])
        level = _between(level, rows, axis=0)
        return _between(level, columns, axis=1)

    def volume(self, field):
        """The whole coarse field on the fine grid."""
        return np.stack([self.slice(field, number) for number in range(len(self.lines[0][0]))])


def _neighbours(n_coarse, n_fine, step):
    """For each fine voxel the coarse voxels below and above it, and the weight of the latter."""
    position = np.clip(np.arange(n_fine) * step, 0, n_coarse - 1)
    low = np.minimum(position.astype(int), max(n_coarse - 2, 0))
    high = np.minimum(low + 1, n_coarse - 1)
    return low, high, (position - low).astype(np.float32)


def _between(level, neighbours, *, axis):
    """Linear interpolation of a plane along one axis."""
    low, high, weight = neighbours
    below = level.take(low, axis=axis)
    above = level.take(high, axis=axis)
    above -= below
    above *= weight[:, None] if axis == 0 else weight
    below += above
    return below


def ellipsoid(points, centre, radii):
    """Approximate distance to an ellipsoid aligned with the axes of `points`.

    Parameters
    ----------
    points : sequence of 3 arrays
        Coordinates in mm; `centre` and `radii` (mm) are in the same order.
    """
    scaled = sum(((p - c) / r) ** 2 for p, c, r in zip(points, centre, radii, strict=True))
    return (np.sqrt(scaled) - 1) * np.float32(min(radii))


def round_cone(points, start, end, *, radii):
    """Distance to a rod from `start` to `end`, with a radius of its own at either end."""
    start, axis = np.asarray(start, float), np.subtract(end, start).astype(float)
    offset = [p - np.float32(s) for p, s in zip(points, start, strict=True)]
    along = sum(o * np.float32(a / (axis @ axis)) for o, a in zip(offset, axis, strict=True))
    along = np.clip(along, 0, 1)
    square = sum((o - along * np.float32(a)) ** 2 for o, a in zip(offset, axis, strict=True))
    return np.sqrt(square) - (radii[0] + along * np.float32(radii[1] - radii[0]))


def smooth_union(first, second, blend_mm):
    """Union of two shapes with a fillet of about `blend_mm` where they meet."""
    overlap = np.maximum(blend_mm - np.abs(first - second), 0)
    return np.minimum(first, second) - overlap**2 / np.float32(4 * blend_mm)


def smooth_difference(first, second, blend_mm):
    """First shape without the second, with a rounded edge."""
    return -smooth_union(-first, second, blend_mm)


def occupancy(distance, width_mm):
    """Fraction of a voxel that a shape fills: 1 inside, 0 outside, linear across the surface."""
    return np.clip(0.5 - distance / np.float32(width_mm), 0, 1)


def true_distance(field, spacing_mm):
    """Divide an implicit field by the length of its gradient: a distance near its surface."""
    slope = sum(g**2 for g in np.gradient(field, *[np.float32(s) for s in spacing_mm]))
    return field / np.clip(np.sqrt(slope), 0.35, 2.0)


def smooth_noise(rng, grid, wavelength_mm):
    """Random field of standard deviation 1 that varies over about `wavelength_mm`."""
    sigma = [wavelength_mm / 4 / s for s in grid.spacing_mm]
    stride = [max(1, int(s)) for s in sigma]
    coarse = grid.coarser([s * k for s, k in zip(grid.spacing_mm, stride, strict=True)])
    margin = tuple(n + 6 for n in coarse.shape)
    noise = rng.standard_normal(margin, dtype=np.float32)
    noise = gaussian_filter(noise, [s / k for s, k in zip(sigma, stride, strict=True)])
    noise = noise[tuple(slice(3, 3 + n) for n in coarse.shape)] / noise.std()
    return Refiner(coarse, grid).volume(noise)
