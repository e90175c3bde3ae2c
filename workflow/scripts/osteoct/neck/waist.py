"""The axis of the femoral neck and its narrowest cross-section."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates

from osteoct.neck.head import fit_head
from osteoct.problems import PatientProblem

STEP_MM = 1.0  # between sections, and between the samples of a section
ROUNDS = 30
STILL = np.cos(np.deg2rad(0.2))
MIN_FRACTION = 0.15  # of the head's section; a smaller one is where the mask ends
WITHIN_RADII = (0.5, 2.2)  # of the head, along the neck
WIDENING = 0.1  # fraction of its area: lest a mask that ends within the neck be taken for a neck


@dataclass
class Neck:
    """A femoral neck, in mm of (z, y, x) from the centre of the first voxel.

    Attributes
    ----------
    head_mm : ndarray of float, shape (3,)
        Centre of the femoral head.
    head_radius_mm : float
    axis : ndarray of float, shape (3,)
        Unit vector from the head towards the shaft.
    waist_mm : float
        Distance of the narrowest section from the centre of the head, along the axis.
    area_mm2 : float
        Of that section.
    """

    head_mm: np.ndarray
    head_radius_mm: float
    axis: np.ndarray
    waist_mm: float
    area_mm2: float


def find_neck(inside, spacing_mm):
    """Head, axis and narrowest section of the neck of one femur.

    The axis runs from the centre of the head through the middle of the narrowest section across
    it. Which section is narrowest depends on the axis, so both are found in turns, from the
    direction of the rest of the femur on. Neither side nor pose of the femur is used.

    Parameters
    ----------
    inside : ndarray of bool, shape (z, y, x)
        One femur; where it reaches the end of the array it is taken to go on.
    spacing_mm : array-like of float, (z, y, x)

    Returns
    -------
    Neck

    Raises
    ------
    PatientProblem
        If there is no head, no waist behind it, or the mask ends before it.
    """
    spacing = np.asarray(spacing_mm, dtype=float)
    centre, radius = fit_head(inside, spacing)
    outside_head = np.argwhere(inside) * spacing - centre
    outside_head = outside_head[np.linalg.norm(outside_head, axis=1) > radius]
    if not len(outside_head):
        raise PatientProblem("The segmentation is a femoral head without a neck.")
    axis = _unit(outside_head.mean(axis=0))
    distances = np.arange(WITHIN_RADII[0] * radius, WITHIN_RADII[1] * radius, STEP_MM)
    for _ in range(ROUNDS):
        areas, middles = _sections(inside, spacing, centre, radius, axis, distances)
        at = int(areas.argmin())
        _raise_without_waist(areas, at, np.pi * radius**2)
        before, axis = axis, _unit(middles[at] - centre)
        if axis @ before > STILL:
            break
    return Neck(centre, radius, axis, float(distances[at]), float(areas[at]))


def _sections(inside, spacing, centre, radius, axis, distances):
    """Area (mm²) and middle (mm) of the femur's sections across an axis, near the axis."""
    across = np.linalg.svd(axis[None])[2][1:]
    reach = np.arange(-radius, radius + STEP_MM / 2, STEP_MM)
    first, second = (grid.ravel() for grid in np.meshgrid(reach, reach))
    near = first**2 + second**2 <= radius**2
    disc = first[near, None] * across[0] + second[near, None] * across[1]
    points = (centre + distances[:, None] * axis)[:, None] + disc
    voxels = np.moveaxis(points / spacing, -1, 0)
    bone = map_coordinates(inside.astype(np.float32), voxels, order=1) > 0.5
    counts = bone.sum(axis=1)
    middles = (points * bone[..., None]).sum(axis=1) / np.maximum(counts, 1)[:, None]
    return counts * STEP_MM**2, middles


def _raise_without_waist(areas, at, head_area):
    """A sentence for a course of areas in which no section is the neck."""
    if areas[at] < MIN_FRACTION * head_area:
        raise PatientProblem("The segmentation ends within the femoral neck, or before it.")
    wider = (1 + WIDENING) * areas[at]
    if areas[: at + 1].max() < wider or areas[at:].max() < wider:
        raise PatientProblem(
            "The segmentation has no waist between the femoral head and the trochanters."
        )


def _unit(vector):
    return vector / np.linalg.norm(vector)
