"""Masks of the femora: 1 the patient's right one, 2 the left one, on the grid of the CT."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ctio.imaging.grids import resample_like, same_grid
from ctio.imaging.sides import LEFT, RIGHT, UNSIDED, assign_sides, require_sides_in_order
from ctio.imaging.volumes import read_volume, require_volume
from ctio.issues.issue import RejectedInput

SIDED = {RIGHT, LEFT, UNSIDED}


def read_mask(path, *, like, sided=False):
    """Read a label map of the femora onto a CT's own grid: 1 right, 2 left.

    Parameters
    ----------
    path : str or Path
        NIfTI, NRRD or MHA file.
    like : SimpleITK.Image
        The patient's CT, from `read_ct`.
    sided : bool
        As for `place_mask`.

    Returns
    -------
    SimpleITK.Image
        As from `place_mask`.

    Raises
    ------
    RejectedInput
        If the mask is absent or unreadable, or `place_mask` rejects it.
    """
    if not Path(path).is_file():
        raise RejectedInput("no mask", "There is no usable mask file, or image QC rejected it.")
    return place_mask(read_label_file(path), like=like, sided=sided)


def read_label_file(path):
    """Labels of a NIfTI, NRRD or MHA file on their own grid, oriented LPS."""
    labels = read_volume(path, issue="mask unreadable", what="mask")
    return sitk.DICOMOrient(require_volume(labels, issue="mask not one volume", what="mask"), "LPS")


def place_mask(mask, *, like, sided=False):
    """A label map of the femora on a CT's own grid: 1 right, 2 left.

    A mask whose only label is not 2 has no sides, unless it is said to have them: each voxel gets
    the side on which it lies.

    Parameters
    ----------
    mask, like : SimpleITK.Image
        Labels, and the CT.
    sided : bool
        Whether label 1 is a right femur also where it is alone, as a name said, or the study that
        wrote the mask. Voxels of label 3 are femora without a side then.

    Returns
    -------
    SimpleITK.Image
        uint8 labels 0, 1, 2 on the grid of `like`.

    Raises
    ------
    RejectedInput
        If the mask is empty, beside the CT, has other labels, or has its right femur to the left
        of its left one.
    """
    labels = [float(label) for label in np.unique(sitk.GetArrayViewFromImage(mask)) if label != 0]
    has_sides = labels in ([RIGHT, LEFT], [LEFT]) or (sided and set(labels) <= SIDED)
    if not np.isfinite(labels).all() or (len(labels) > 1 and not has_sides):
        listed = ", ".join(f"{label:g}" for label in labels[:5])
        raise RejectedInput(
            "unknown labels",
            f"The mask has the labels {listed}; expected 1 (right femur) and 2 (left femur), or "
            "one label for both.",
        )
    mask = _on_grid(sitk.Cast(mask if has_sides else mask != 0, sitk.sitkUInt8), like)
    if not sitk.GetArrayViewFromImage(mask).any():
        raise RejectedInput("mask empty", "The mask has no voxel inside the CT.")
    if not has_sides:
        return assign_sides(mask, like)
    return require_sides_in_order(_complete_sides(mask, like))


def _complete_sides(mask, like):
    """The mask with a side for each voxel that has none; the others keep theirs."""
    without = mask == UNSIDED
    if not sitk.GetArrayViewFromImage(without).any():
        return mask
    return sitk.Mask(mask, without, 0, 1) + assign_sides(without, like)


def _on_grid(mask, like):
    """Mask on the grid of a CT, nearest voxels; untouched where it is there already."""
    if same_grid(mask, like):
        mask.CopyInformation(like)
        return mask
    return resample_like(mask, like, interpolator="nearest", background=0)
