"""Interpolation of a volume by cubic B-splines onto an axis-aligned grid, one axis at a time.

SciPy's `affine_transform` gives the same to 1e-10, in ten times the time. But where the values are
one number, as in air, the rounding error decides how they are cut to whole HU: with another sum in
another order some voxels there are 1 HU off, and features are other ones.
"""

import math

import numpy as np
from numba import njit

POLE = math.sqrt(3) - 2  # of the inverse of the cubic B-spline's samples (1, 4, 1) / 6
HORIZON = 28  # POLE**28 is below a double's precision


def interpolate(volume, positions):
    """Values of a volume between its voxels.

    Parameters
    ----------
    volume : ndarray, shape (z, y, x)
        Beyond its ends it goes on as its mirror image.
    positions : sequence of three ndarray of float
        Where to interpolate along z, y and x, in voxels from the first one, inside the volume.

    Returns
    -------
    ndarray of float64, shape (len(positions[0]), len(positions[1]), len(positions[2]))

    References
    ----------
    Unser M (1999). Splines: a perfect fit for signal and image processing. IEEE Signal Process
    Mag 16(6):22-38. doi:10.1109/79.799930
    """
    for axis in (1, 2, 0):  # y is contiguous over x, and the first to shrink
        first = np.floor(positions[axis])
        weights = _cubic_weights(positions[axis] - first)
        volume = _along(volume, axis, first.astype(np.int64) - 1, weights)
    return volume


def _cubic_weights(t):
    """Of the four knots around a position t behind the second one; shape (n, 4)."""
    return (
        np.stack(
            [(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], axis=1
        )
        / 6
    )


def _along(volume, axis, knots, weights):
    """Volume interpolated along one axis."""
    shape = list(volume.shape)
    shape[axis] = len(knots)
    out = np.empty(shape)
    if axis == 0:
        planes = volume.reshape(len(volume), -1)
        _interpolate_rows(planes, knots, weights, out.reshape(len(knots), -1))
    else:
        for source, target in zip(volume, out, strict=True):
            if axis == 1:
                _interpolate_rows(source, knots, weights, target)
            else:
                turned = np.empty(target.shape[::-1])
                _interpolate_rows(np.ascontiguousarray(source.T), knots, weights, turned)
                target[:] = turned.T
    return out


@njit(cache=True)
def _interpolate_rows(rows, knots, weights, out):
    """Interpolate along the first axis of a matrix, in strips that stay in the cache."""
    n, m = rows.shape
    for start in range(0, m, 512):
        stop = min(start + 512, m)
        strip = np.empty((n, stop - start))
        for i in range(n):
            for j in range(stop - start):
                strip[i, j] = rows[i, start + j]
        _to_coefficients(strip)
        for k in range(knots.size):
            a, b = _mirrored(knots[k], n), _mirrored(knots[k] + 1, n)
            c, d = _mirrored(knots[k] + 2, n), _mirrored(knots[k] + 3, n)
            w = weights[k]
            for j in range(stop - start):
                out[k, start + j] = (
                    w[0] * strip[a, j]
                    + w[1] * strip[b, j]
                    + w[2] * strip[c, j]
                    + w[3] * strip[d, j]
                )


@njit(cache=True)
def _to_coefficients(c):
    """Samples to spline coefficients along the first axis, in place: two recursions of one pole."""
    n, m = c.shape
    if n == 1:
        return
    first = np.zeros(m)
    for i in range(min(n + n - 2, HORIZON)):
        for j in range(m):
            first[j] += POLE**i * c[_mirrored(i, n), j]
    if n + n - 2 <= HORIZON:
        first /= 1 - POLE ** (2 * n - 2)
    c[0] = first
    for i in range(1, n):
        for j in range(m):
            c[i, j] += POLE * c[i - 1, j]
    for j in range(m):
        c[n - 1, j] = POLE / (POLE * POLE - 1) * (c[n - 1, j] + POLE * c[n - 2, j])
    for i in range(n - 2, -1, -1):
        for j in range(m):
            c[i, j] = POLE * (c[i + 1, j] - c[i, j])
    c *= 6.0


@njit(cache=True)
def _mirrored(i, n):
    """Index of a sample, reflected at the first and the last one."""
    if n == 1:
        return 0
    i = abs(i) % (2 * n - 2)
    return min(i, 2 * n - 2 - i)
