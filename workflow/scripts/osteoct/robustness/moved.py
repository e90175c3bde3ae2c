"""The features of a femur on a grid that is shifted or turned, sampled once from the scan."""

from functools import partial
from itertools import product

import numpy as np
import SimpleITK as sitk

from ctio import bounding_box, crop_to
from fastradiomics import engine, standard
from fastradiomics.bins import fixed_width_edges


def extract_moved(ct, mask, pose, *, profile, ibsi, resampling, bin_width_hu, **wanted):
    """Every requested feature of the voxels in a mask, seen on a moved grid.

    The fast engine measures, whichever engine the study uses: their values agree.

    Parameters
    ----------
    ct, mask : SimpleITK.Image
        HU, and 1 inside, 0 outside, on one grid.
    pose : SimpleITK.Transform
        From points of the moved grid to points of the scan; rigid.
    profile, ibsi, resampling, bin_width_hu
        As `extraction.extract` takes them.
    **wanted
        Its ``images`` and ``classes``.

    Returns
    -------
    dict of str to float
    """
    is_paper = profile == "paper"
    hu, share, spacing_mm = on_moved_grid(ct, mask, pose, is_paper=is_paper, **resampling)
    inside = share >= standard.HALF
    if is_paper:
        edges_of = partial(fixed_width_edges, width=bin_width_hu)
        return engine.measure(np.trunc(hu), (inside, inside), spacing_mm, edges_of, **wanted)
    binning = {"bin_width_hu": bin_width_hu, **ibsi}
    return standard.measure_resegmented(np.rint(hu), inside, spacing_mm, **wanted, **binning)


def on_moved_grid(
    ct, mask, pose, *, is_paper, spacing_mm, interpolator, padding_voxels, margin_voxels
):
    """Scan and mask around the mask on a moved grid: the study's own if the pose does nothing.

    Parameters
    ----------
    ct, mask, pose
        As `extract_moved` takes them.
    is_paper : bool
        Whether grid and mask are pyradiomics' or the standard's.
    spacing_mm, interpolator, padding_voxels, margin_voxels
        As `reference.on_grid` takes them.

    Returns
    -------
    hu, share : ndarray of float64, shape (z, y, x)
        HU, not rounded; how much of a voxel is inside, 0 to 1.
    spacing_mm : tuple of float, (z, y, x)
    """
    grid = _moved_grid(mask, pose, np.array(spacing_mm, dtype=float), padding_voxels, is_paper)
    low, high = _reach(grid, [slice(0, n) for n in grid.GetSize()], pose, ct)
    near = tuple(
        slice(max(0, int(start) - margin_voxels), max(1, int(np.ceil(stop)) + margin_voxels + 1))
        for start, stop in zip(low[::-1], high[::-1], strict=True)
    )
    scan, inside = standard.whole(crop_to(ct, near)), crop_to(mask, near)
    of_mask = sitk.sitkNearestNeighbor if is_paper else sitk.sitkLinear
    hu = standard.resampled(scan, grid, getattr(sitk, interpolator), pose)
    share = standard.resampled(sitk.Cast(inside, sitk.sitkFloat64), grid, of_mask, pose)
    return hu, share, tuple(spacing_mm[::-1])


def _moved_grid(mask, pose, new_mm, padding, is_paper):
    """A grid around the moved mask, some of whose voxels would be the study's if nothing moved."""
    low, high = _reach(mask, bounding_box(mask, margin_mm=0)[::-1], pose.GetInverse(), mask)
    step, size = new_mm / mask.GetSpacing(), np.array(mask.GetSize())
    corner = 0.5 * (step - 1)  # pyradiomics starts at the corner, the standard is centred
    first = corner if is_paper else 0.5 * (size - 1 - (np.ceil(size / step) - 1) * step)
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
