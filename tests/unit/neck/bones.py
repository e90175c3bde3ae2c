"""A femur of plain solids, whose neck axis, waist and densities are known exactly."""

from functools import lru_cache

import numpy as np
import SimpleITK as sitk

HEAD_MM, WAIST_MM, CROSSING_MM = 23.0, 30.0, 54.0  # radius; from the head's centre along the neck
HALF_AXES_MM = (14.0, 12.0)  # of the waist
NECK_HU, OTHER_HU, CORTEX_HU, MARROW_HU = 120.0, 260.0, 800.0, 40.0
NECK_SHAFT_DEG = 127.0
CORTEX_MM = 3.0
SPACING_MM = (1.25, 0.9, 0.8)
REACH_MM = 75.0


def turn(degrees):
    """Rotation about z, y and x in turn, by so many degrees each."""
    z, y, x = np.deg2rad(degrees)
    about_z = [[1, 0, 0], [0, np.cos(z), -np.sin(z)], [0, np.sin(z), np.cos(z)]]
    about_y = [[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]]
    about_x = [[np.cos(x), -np.sin(x), 0], [np.sin(x), np.cos(x), 0], [0, 0, 1]]
    return np.array(about_z) @ np.array(about_y) @ np.array(about_x)


@lru_cache
def bone(*, degrees=(0, 0, 0), mirrored=False, spacing_mm=SPACING_MM):
    """CT and mask of a femur, its head's centre and its neck axis in mm of (z, y, x).

    The bone stands in (superior, posterior, outward) with the head's centre at the origin; it is
    turned about that, and mirrored from side to side.
    """
    spacing = np.array(spacing_mm)
    size = np.ceil(2 * REACH_MM / spacing).astype(int)
    offset = np.indices(size).reshape(3, -1).T * spacing - REACH_MM
    rotation = turn(degrees)
    if mirrored:
        rotation = np.diag([1, 1, -1]) @ rotation
    points = offset @ rotation
    angle = np.deg2rad(180 - NECK_SHAFT_DEG)
    axis = np.array([-np.cos(angle), 0, np.sin(angle)])
    depth, is_neck = _solid(points, axis)
    inside = (depth > 0).reshape(size)
    numbers = np.select(
        [depth <= 0, depth < CORTEX_MM, is_neck], [MARROW_HU, CORTEX_HU, NECK_HU], OTHER_HU
    )
    noise = np.random.default_rng(3).normal(0, 20, len(numbers))
    ct = _image((numbers + noise).reshape(size).astype(np.float32), spacing)
    centre = np.full(3, REACH_MM)
    return ct, _image(inside.astype(np.uint8), spacing), centre, rotation @ axis


def _solid(points, axis):
    """Depth below the surface of head, neck and shaft together, and what lies in the neck."""
    head = HEAD_MM - np.linalg.norm(points, axis=1)
    along = points @ axis
    up, back = np.array([axis[2], 0, -axis[0]]), np.array([0, 1.0, 0])
    wider = 1 + ((along - WAIST_MM) / 40) ** 2
    section = np.hypot((points @ up) / HALF_AXES_MM[0], (points @ back) / HALF_AXES_MM[1]) / wider
    neck = (1 - section) * HALF_AXES_MM[1]
    neck = np.where((along < 0) | (along > CROSSING_MM), -1.0, neck)
    beside = points - CROSSING_MM * axis
    shaft = 17 - np.hypot(beside[:, 1], beside[:, 2])
    shaft = np.where((beside[:, 0] > 14) | (beside[:, 0] < -35), -1.0, shaft)
    return np.maximum.reduce([head, neck, shaft]), np.abs(along - WAIST_MM) < 8


def _image(array, spacing):
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(spacing[::-1].tolist())
    return image
