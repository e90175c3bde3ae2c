"""An image around a mask on a grid that is shifted or turned, sampled once from the image."""

from itertools import product

import numpy as np
import SimpleITK as sitk

from fastradiomics import standard
from fastradiomics.grid import MARGIN_VOXELS, crop_to
from fastradiomics.region import box_of


def arrays_on_moved_grid(
    image, mask, pose, *, is_centred, spacing_mm, interpolator, padding_voxels
):
    """Image and mask around the mask on a moved grid: the usual one if the pose does nothing.

    Parameters
    ----------
    image, mask : SimpleITK.Image
        HU, and 1 inside, 0 outside, on one grid.
    pose : SimpleITK.Transform
        From points of the moved grid to points of the image; rigid.
    is_centred : bool
        Whether grid and mask are the standard's, or pyradiomics'.
    spacing_mm, interpolator, padding_voxels
        As `grid.on_grid` takes them.

    Returns
    -------
    hu : ndarray of float64, shape (z, y, x)
        Not rounded.
    inside : ndarray of bool, shape (z, y, x)
        Voxels of which at least half is inside.
    spacing_mm : tuple of float, (z, y, x)
    """
    grid = _moved_grid(mask, pose, np.array(spacing_mm, dtype=float), padding_voxels, is_centred)
    low, high = _reach(grid, [slice(0, n) for n in grid.GetSize()], pose, image)
    near = tuple(
        slice(max(0, int(start) - MARGIN_VOXELS), max(1, int(np.ceil(stop)) + MARGIN_VOXELS + 1))
        for start, stop in zip(low[::-1], high[::-1], strict=True)
    )
    scan, region = standard.whole_image(crop_to(image, near)), crop_to(mask, near)
    of_mask = sitk.sitkLinear if is_centred else sitk.sitkNearestNeighbor
    hu = standard.resampled(scan, grid, getattr(sitk, interpolator), pose)
    fraction = standard.resampled(sitk.Cast(region, sitk.sitkFloat64), grid, of_mask, pose)
    return hu, fraction >= standard.HALF, tuple(spacing_mm[::-1])


def _moved_grid(mask, pose, new_mm, padding, is_centred):
    """A grid around the moved mask, some of whose voxels are the usual ones if nothing moves."""
    box = box_of(sitk.GetArrayViewFromImage(mask))[::-1]
    low, high = _reach(mask, box, pose.GetInverse(), mask)
    step, size = new_mm / mask.GetSpacing(), np.array(mask.GetSize())
    centred = 0.5 * (size - 1 - (np.ceil(size / step) - 1) * step)
    first = centred if is_centred else 0.5 * (step - 1)  # pyradiomics starts at the corner
    start = np.floor((low - first) / step) - padding
    stop = np.ceil((high - first) / step) + padding
    grid = sitk.Image((stop - start + 1).astype(int).tolist(), sitk.sitkUInt8)
    grid.SetSpacing(new_mm.tolist())
    grid.SetDirection(mask.GetDirection())
    grid.SetOrigin(mask.TransformContinuousIndexToPhysicalPoint((first + start * step).tolist()))
    return grid


def _reach(image, box, pose, other):
    """Lowest and highest index in another image of a box of an image, moved; (x, y, z)."""
    corners = product(*((part.start, part.stop - 1) for part in box))
    points = [image.TransformContinuousIndexToPhysicalPoint(list(map(float, c))) for c in corners]
    moved = [other.TransformPhysicalPointToContinuousIndex(pose.TransformPoint(p)) for p in points]
    return np.min(moved, axis=0), np.max(moved, axis=0)
