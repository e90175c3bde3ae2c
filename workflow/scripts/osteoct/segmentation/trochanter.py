"""The level of the lesser trochanter, found in the CT and not by the networks.

Along the shaft the bone's surface changes slowly and evenly from slice to slice. The lower edge of
the lesser trochanter is where, on the medial and posterior side, bone begins to stand out of the
shaft that the slices below show.
"""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ctio.imaging.images import plane_heights_mm
from ctio.imaging.sides import LEFT
from osteoct.segmentation.components import largest_piece
from osteoct.segmentation.holes import filled

LEAST_PLANES = 3  # that a straight line needs
RADII_MM = np.arange(0.5, 45.5, 0.5)
ANGLES = np.deg2rad(np.arange(50, 225, 5))  # of a left femur, from +x to +y: behind and medial
BLURRED_MM = 1.5  # beyond the shaft's surface its own blur has ended
SOFT_TISSUE_HU = 50


def lower_edge_mm(
    ct, near, guess_mm, side, *, bone_above_hu, reach_mm, shaft_mm, stands_out, faint_share
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
        `ctio.imaging.sides.RIGHT` or `LEFT`.
    bone_above_hu : float
        What is called dense.
    reach_mm : float
        How far above and below the guess the edge is looked for.
    shaft_mm : sequence of float, (nearest, farthest)
        How far below a slice the slices are that show its shaft.
    stands_out : dict
        What a trochanter is: bone stands `least_mm` out of the shaft, and at least a `share` of the
        most that it does within `within_mm` above, for `for_mm` upwards.
    faint_share : float
        A slice in which what stands out is fainter than this share of the same in the next one
        holds little of it, and the next one is the lowest.

    Returns
    -------
    float
        nan where the image does not show the shaft under the trochanter, or nothing stands out.
    """
    hu = sitk.GetArrayFromImage(ct).astype(np.float32)
    heights = plane_heights_mm(ct)
    bone = largest_bone(hu, near, above_hu=bone_above_hu)
    shown = bone.any(axis=(1, 2))
    if not spans(heights[shown], shaft_mm[1] - shaft_mm[0]):
        return np.nan
    top = max(guess_mm - shaft_mm[0], heights[shown].min() + shaft_mm[1] - shaft_mm[0])
    axis = straight_axis(bone, shown & (heights <= top))
    rays = rays_around(axis, ct.GetSpacing(), side)
    within = inside(bone, rays)
    surface = np.max(within * RADII_MM, axis=2)
    for k in np.flatnonzero(np.abs(heights[:-1] - guess_mm) <= reach_mm):
        above = heights - heights[k]
        used = shown & (above < -shaft_mm[0]) & (above >= -shaft_mm[1])
        if not spans(heights[used], (shaft_mm[1] - shaft_mm[0]) / 2):
            continue
        shaft = extended(heights[used], surface[used], heights)
        if begins(np.max(surface - shaft, axis=1), above, **stands_out):
            pair = ndimage.map_coordinates(hu, rays[:, k : k + 2], order=1)
            beyond = within[k + 1] & (shaft[k + 1][:, None] + BLURRED_MM < RADII_MM)
            return float(heights[k + faint(*pair, beyond, share=faint_share)])
    return np.nan


def spans(heights, length_mm):
    """Whether heights are enough for a straight line, and spread over a length."""
    return len(heights) >= LEAST_PLANES and np.ptp(heights) >= length_mm


def begins(out_mm, above_mm, *, least_mm, share, within_mm, for_mm):
    """Whether a trochanter begins at height 0, by how far bone stands out at every height."""
    most = out_mm[(above_mm >= 0) & (above_mm <= within_mm)].max()
    return out_mm[(above_mm >= 0) & (above_mm <= for_mm)].min() >= max(least_mm, share * most)


def largest_bone(hu, near, *, above_hu):
    """Mask (z, y, x) of the largest connected piece of dense voxels, its sections filled."""
    return filled(largest_piece((ndimage.uniform_filter(hu, (1, 3, 3)) > above_hu) & near))


def inside(bone, rays):
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


def faint(lower, upper, where, *, share):
    """Whether a slice is fainter, in some places, than a share of the slice above."""
    lower, upper = (np.sum((hu - SOFT_TISSUE_HU) * where * RADII_MM) for hu in (lower, upper))
    return bool(lower < share * upper)
