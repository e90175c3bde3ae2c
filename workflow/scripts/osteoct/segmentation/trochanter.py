"""The level of the lesser trochanter, measured in the CT and not by the networks.

Along the shaft the bone's surface changes slowly and evenly from slice to slice. The lower edge of
the lesser trochanter is the lowest slice in which, on the medial and posterior side, bone protrudes
from the shaft that the slices below show.
"""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ctio import LEFT, plane_heights_mm
from osteoct.segmentation.regions import fill_holes, largest_component

MIN_PLANES = 3  # that a straight line needs
BONE_ABOVE_HU = 200  # cortex and dense trabecular bone
SEARCH_MM = 15  # how far above and below the coarse mask's lower end the edge is looked for
SHAFT_MM = (6, 25)  # how far below a slice, from and to, the slices are that show its shaft
MIN_PROTRUSION_MM = 3  # ridges of the shaft protrude less
MIN_PROTRUSION_FRACTION = 0.3  # of the largest protrusion of the trochanter
TROCHANTER_HEIGHT_MM = 15
PROTRUDES_FOR_MM = 5  # upwards from the edge
FAINT_FRACTION = 0.3  # a darker slice holds little of the trochanter; matters in thick slices
RADII_MM = np.arange(0.5, 45.5, 0.5)
ANGLES = np.deg2rad(np.arange(50, 225, 5))  # of a left femur, from +x to +y: behind and medial
BLURRED_MM = 1.5  # beyond the shaft's surface its own blur has ended
SOFT_TISSUE_HU = 50


def lower_edge_mm(
    ct,
    near,
    guess_mm,
    side,
    *,
    search_mm=SEARCH_MM,
    shaft_mm=SHAFT_MM,
    protrusion=None,
    faint_fraction=FAINT_FRACTION,
):
    """Height (the patient's z) of the lowest slice that shows the lesser trochanter.

    Parameters
    ----------
    ct : SimpleITK.Image
        HU, oriented LPS.
    near : ndarray of bool, shape (z, y, x)
        Where the femur and its shaft may be, on the grid of `ct`: other bones outside.
    guess_mm : float
        Height at which the edge is expected.
    side : int
        `ctio.RIGHT` or `LEFT`.
    search_mm : float
        How far above and below the guess the edge is looked for.
    shaft_mm : sequence of float, (nearest, farthest)
        How far below a slice the slices are that show its shaft.
    protrusion : dict, optional
        Keywords of `starts_to_protrude`.
    faint_fraction : float
        A slice in which what protrudes is darker than this fraction of the same in the next one
        holds little of it, and the next one is the lowest.

    Returns
    -------
    float
        nan where the image does not show the shaft under the trochanter, or nothing stands out.
    """
    hu = sitk.GetArrayFromImage(ct).astype(np.float32)
    heights = plane_heights_mm(ct)
    bone = largest_bone(hu, near)
    shown = bone.any(axis=(1, 2))
    if not have_length(heights[shown], shaft_mm[1] - shaft_mm[0]):
        return np.nan
    top = max(guess_mm - shaft_mm[0], heights[shown].min() + shaft_mm[1] - shaft_mm[0])
    axis = straight_axis(bone, shown & (heights <= top))
    rays = rays_around(axis, ct.GetSpacing(), side)
    within = points_inside(bone, rays)
    surface = np.max(within * RADII_MM, axis=2)
    for k in np.flatnonzero(np.abs(heights[:-1] - guess_mm) <= search_mm):
        above = heights - heights[k]
        used = shown & (above < -shaft_mm[0]) & (above >= -shaft_mm[1])
        if not have_length(heights[used], (shaft_mm[1] - shaft_mm[0]) / 2):
            continue
        shaft = extended(heights[used], surface[used], heights)
        if starts_to_protrude(np.max(surface - shaft, axis=1), above, **(protrusion or {})):
            pair = ndimage.map_coordinates(hu, rays[:, k : k + 2], order=1)
            protruding = within[k + 1] & (shaft[k + 1][:, None] + BLURRED_MM < RADII_MM)
            return float(heights[k + is_partial_slice(*pair, protruding, fraction=faint_fraction)])
    return np.nan


def have_length(heights, length_mm):
    """Whether heights are enough for a straight line, and spread over a length."""
    return len(heights) >= MIN_PLANES and np.ptp(heights) >= length_mm


def starts_to_protrude(
    out_mm,
    above_mm,
    *,
    min_mm=MIN_PROTRUSION_MM,
    min_fraction=MIN_PROTRUSION_FRACTION,
    within_mm=TROCHANTER_HEIGHT_MM,
    for_mm=PROTRUDES_FOR_MM,
):
    """Whether a trochanter starts at height 0, by how far bone protrudes at every height.

    It protrudes `min_mm`, and `min_fraction` of the most that it does within `within_mm` above,
    for `for_mm` upwards.
    """
    largest = out_mm[(above_mm >= 0) & (above_mm <= within_mm)].max()
    limit = max(min_mm, min_fraction * largest)
    return out_mm[(above_mm >= 0) & (above_mm <= for_mm)].min() >= limit


def largest_bone(hu, near):
    """Mask (z, y, x) of the largest connected component of dense voxels, its sections filled."""
    dense = (ndimage.uniform_filter(hu, (1, 3, 3)) > BONE_ABOVE_HU) & near
    return fill_holes(largest_component(dense))


def points_inside(bone, rays):
    """Which points of rays, shape (z, angle, radius), lie in a bone."""
    smooth = ndimage.gaussian_filter(bone.astype(np.float32), (0, 0.6, 0.6))
    return ndimage.map_coordinates(smooth, rays, order=1) > 0.5


def straight_axis(bone, planes):
    """Line through the centroids of some of a bone's sections: voxels (y, x) of every plane.

    Parameters
    ----------
    bone : ndarray of bool, shape (z, y, x)
    planes : ndarray of bool, shape (z,)

    Returns
    -------
    ndarray, shape (z, 2)
    """
    used = np.flatnonzero(planes)
    centres = np.array([np.argwhere(bone[k]).mean(axis=0) for k in used])
    return extended(used, centres, np.arange(len(bone)))


def rays_around(axis, spacing_mm, side):
    """Where the points at `ANGLES` and `RADII_MM` around an axis lie in each plane.

    Returns
    -------
    ndarray, shape (3, z, angle, radius)
        Voxels (z, y, x).
    """
    leftwards = 1 if side == LEFT else -1
    y, x = (
        axis[:, i, None, None] + np.outer(direction, RADII_MM / spacing_mm[1 - i])
        for i, direction in enumerate((np.sin(ANGLES), leftwards * np.cos(ANGLES)))
    )
    z = np.broadcast_to(np.arange(len(axis))[:, None, None], y.shape)
    return np.stack([z, y, x])


def extended(heights, values, to):
    """Straight lines fitted to columns of values, at other heights."""
    slope, offset = np.polyfit(heights, values, 1)
    return np.multiply.outer(to, slope) + offset


def is_partial_slice(lower, upper, where, *, fraction):
    """Whether a slice is darker, at some points, than a fraction of the slice above."""
    lower, upper = (np.sum((hu - SOFT_TISSUE_HU) * where * RADII_MM) for hu in (lower, upper))
    return bool(lower < fraction * upper)
