"""Features of the region's shape."""

import math
from functools import lru_cache

import numpy as np
from numba import njit
from radiomics import cShape

NAMES = (
    "Elongation",
    "Flatness",
    "LeastAxisLength",
    "MajorAxisLength",
    "Maximum2DDiameterColumn",
    "Maximum2DDiameterRow",
    "Maximum2DDiameterSlice",
    "Maximum3DDiameter",
    "MeshVolume",
    "MinorAxisLength",
    "Sphericity",
    "SurfaceArea",
    "SurfaceVolumeRatio",
    "VoxelVolume",
)


def shape_features(inside, spacing_mm):
    """The fourteen features of shape.

    Parameters
    ----------
    inside : ndarray of bool, shape (z, y, x)
        The region in its box.
    spacing_mm : sequence of float, (z, y, x)

    Returns
    -------
    dict of str to float
        mm, mm² and mm³.

    References
    ----------
    Zwanenburg A et al. (2016). arXiv:1612.07003, section 3.1.
    """
    bordered = np.pad(inside, 1)
    area, volume = _area_and_volume(bordered, tuple(spacing_mm))
    least, minor, major = np.sqrt(np.maximum(_variances(inside, spacing_mm), 0))
    whole, (slices, columns, rows) = _diameters(bordered, spacing_mm)
    return {
        "Elongation": float(minor / major),
        "Flatness": float(least / major),
        "LeastAxisLength": float(4 * least),
        "MajorAxisLength": float(4 * major),
        "Maximum2DDiameterColumn": columns,
        "Maximum2DDiameterRow": rows,
        "Maximum2DDiameterSlice": slices,
        "Maximum3DDiameter": whole,
        "MeshVolume": volume,
        "MinorAxisLength": float(4 * minor),
        "Sphericity": (36 * math.pi * volume**2) ** (1 / 3) / area,
        "SurfaceArea": area,
        "SurfaceVolumeRatio": area / volume,
        "VoxelVolume": float(inside.sum() * math.prod(spacing_mm)),
    }


def _variances(inside, spacing_mm):
    """Of the voxels' positions along their principal axes, ascending, mm²."""
    where = np.array(np.nonzero(inside))
    n = where.shape[1]
    total = where.sum(axis=1)
    products = np.array([[(a * b).sum() for a in where] for b in where])
    covariance = (n * products - np.outer(total, total)) / n**2  # whole numbers up to here
    return np.linalg.eigvalsh(covariance * np.outer(spacing_mm, spacing_mm))


def _area_and_volume(bordered, spacing_mm):
    """Area and volume of the mesh that marching cubes draw around the region.

    A mesh is a sum over cubes of eight voxels, and a cube can be in 256 states: counting them, and
    adding up where they are, is all.
    """
    area, at_origin, by_position = _cubes(spacing_mm)
    counts, positions = np.zeros(256, np.int64), np.zeros((256, 3), np.int64)
    _count_cubes(bordered.view(np.uint8), counts, positions)
    volume = counts @ at_origin + (positions * by_position).sum()
    return float(counts @ area), float(volume)


@lru_cache(maxsize=16)
def _cubes(spacing_mm):
    """What a cube in each state adds to area and volume, asked of pyradiomics' own routine.

    The volume is a sum of signed tetrahedra from the origin: it changes linearly with the cube's
    position. How much per step follows from two cubes in a row, of which the first is the second
    one's near face twice.

    Returns
    -------
    area, at_origin : ndarray, shape (256,)
    by_position : ndarray, shape (256, 3)
        Volume per step of one voxel along z, y and x.
    """
    spacing = np.array(spacing_mm, dtype=float)
    area, at_origin, by_position = np.zeros(256), np.zeros(256), np.zeros((256, 3))
    states = (np.arange(256)[:, None] >> np.arange(8) & 1).astype(bool).reshape(256, 2, 2, 2)
    for state, cube in enumerate(states):
        area[state], at_origin[state], _ = _mesh(cube, spacing)
    for state, cube in enumerate(states):
        for axis in range(3):
            near = np.take(cube, [0], axis=axis)
            prism = np.concatenate([near, near], axis=axis)
            row = np.concatenate([near, cube], axis=axis)
            alone = _mesh(prism, spacing)[1] + at_origin[state]
            by_position[state, axis] = _mesh(row, spacing)[1] - alone
    return area, at_origin, by_position


def _mesh(voxels, spacing):
    return cShape.calculate_coefficients(np.ascontiguousarray(voxels), spacing)


@njit(cache=True)
def _count_cubes(voxels, counts, positions):
    nz, ny, nx = voxels.shape
    for z in range(nz - 1):
        for y in range(ny - 1):
            rows = voxels[z, y], voxels[z, y + 1], voxels[z + 1, y], voxels[z + 1, y + 1]
            left = rows[0][0] | rows[1][0] << 2 | rows[2][0] << 4 | rows[3][0] << 6
            for x in range(1, nx):
                right = rows[0][x] | rows[1][x] << 2 | rows[2][x] << 4 | rows[3][x] << 6
                state = left | right << 1
                left = right
                if 0 < state < 255:
                    counts[state] += 1
                    positions[state, 0] += z
                    positions[state, 1] += y
                    positions[state, 2] += x - 1


def _diameters(bordered, spacing_mm):
    """Largest distance on the mesh in space, and in planes across z, y and x.

    The mesh's corners are half-way between neighbouring voxels of which one is inside.
    """
    corners = np.concatenate([_corners(bordered, axis) for axis in range(3)])
    scale = np.array(spacing_mm) / 2
    planes = []
    for axis in range(3):
        others = [other for other in range(3) if other != axis]
        order = np.argsort(corners[:, axis], kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(corners[:, axis]))])
        planes.append(_largest_within(corners[order][:, others] * scale[others], starts))
    extremes = _extremes(corners, bordered.shape) * scale
    return _largest_within(extremes, np.array([0, len(extremes)])), planes


def _corners(bordered, axis):
    """Corners of the mesh on the lines along one axis, in half voxels."""
    doubled = 2 * np.argwhere(np.diff(bordered.view(np.int8), axis=axis))
    doubled[:, axis] += 1
    return doubled


def _extremes(corners, shape):
    """The first and last corner of every line along z: no other one can be farthest away."""
    line = corners[:, 1] * 2 * shape[2] + corners[:, 2]
    order = np.lexsort((corners[:, 0], line))
    turn = np.flatnonzero(np.diff(line[order]))
    ends = np.concatenate([[0], turn, turn + 1, [len(order) - 1]])
    return corners[order[ends]]


@njit(cache=True)
def _largest_within(points, starts):
    """Largest distance between two points of the same group; groups are consecutive.

    Points are taken from the farthest from the group's middle on, until no pair can be longer.
    """
    best = 0.0
    for g in range(starts.size - 1):
        group = points[starts[g] : starts[g + 1]]
        n, dimensions = group.shape
        if n < 2:
            continue
        radius, centre = np.zeros(n), np.zeros(dimensions)
        for d in range(dimensions):
            centre[d] = (group[:, d].min() + group[:, d].max()) / 2
        for d in range(dimensions):
            radius += (group[:, d] - centre[d]) ** 2
        radius = np.sqrt(radius)
        order = np.argsort(-radius)
        for i in range(n):
            a = order[i]
            if radius[order[0]] + radius[a] < best:
                break
            for j in range(i):
                b = order[j]
                squared = 0.0
                for d in range(dimensions):
                    squared += (group[a, d] - group[b, d]) ** 2
                best = max(best, np.sqrt(squared))
    return best
