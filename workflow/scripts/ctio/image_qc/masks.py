"""Checks of a manual segmentation before a model is trained on it."""

import numpy as np
import SimpleITK as sitk

from ctio.imaging.grids import bounding_box, crop_to
from ctio.imaging.laterality import head_offset_mm
from ctio.imaging.sides import SIDES, midline_mm
from ctio.issues.issue import Issue

MM3_PER_CM3 = 1000.0
FEMUR_CM3 = (20, 400)  # lowest and highest volume of one proximal femur
MIN_MEAN_HU = 100  # inside a femur
MIN_COMPONENT_CM3 = 0.5  # a smaller component beside the femur is not counted
MIN_OFFSET_MM = 10  # of the head beside the shaft, if it is to decide the side


def check_mask(mask, ct):
    """Issues of a mask.

    Parameters
    ----------
    mask, ct : SimpleITK.Image
        On one grid; labels 1 right, 2 left.

    Returns
    -------
    list of Issue
    """
    issues = []
    for side, label in SIDES.items():
        inside = sitk.GetArrayViewFromImage(mask) == label
        if inside.any():
            issues += _check_femur(mask == label, inside, ct, side)
    return issues


def _check_femur(femur, inside, ct, side):
    """Issues of one femur: its mask as image and as array (z, y, x)."""
    voxel_cm3 = float(np.prod(femur.GetSpacing())) / MM3_PER_CM3
    box = bounding_box(femur, margin_mm=0)
    femur = crop_to(femur, box)
    hu = sitk.GetArrayViewFromImage(ct)[box][inside[box]]
    found, cm3, mean = [], float(hu.size) * voxel_cm3, float(hu.mean())
    low, high = FEMUR_CM3
    if not low <= cm3 <= high:
        sentence = f"The {side} femur has {cm3:.0f} cm³; expected {low:g} to {high:g} cm³."
        found.append(("implausible volume", sentence))
    if (count := _count_components(femur, MIN_COMPONENT_CM3 / voxel_cm3)) > 1:
        sentence = f"The {side} femur is in {count} connected components."
        found.append(("mask in several components", sentence))
    if mean < MIN_MEAN_HU:
        sentence = (
            f"The mean inside the {side} femur is {mean:.0f} HU; expected more than "
            f"{MIN_MEAN_HU:g} HU."
        )
        found.append(("mask off the bone", sentence))
    if sentence := _contradict_side(femur, ct, side):
        found.append(("wrong side", sentence))
    if any(np.take(inside, [0, -1], axis=axis).any() for axis in range(3)):
        found.append(("mask at the edge", f"The mask of the {side} femur touches the CT's edge."))
    return [Issue(*pair) for pair in found]


def _contradict_side(femur, ct, side):
    """A sentence if a femur is of the other side: by its head, else by where all of it lies."""
    sign = 1 if side == "right" else -1
    offset = sign * head_offset_mm(femur)
    if offset < -MIN_OFFSET_MM:
        return f"The {side} femur's head points to the other side."
    inside = sitk.GetArrayViewFromImage(femur).any(axis=(0, 1))
    columns = femur.GetOrigin()[0] + femur.GetSpacing()[0] * np.flatnonzero(inside)
    if offset <= MIN_OFFSET_MM and (sign * (columns - midline_mm(ct)) > 0).all():
        return f"The {side} femur lies on the other side of the body's middle."
    return ""


def _count_components(femur, min_voxels):
    """How many connected components of at least so many voxels a mask has."""
    parts = sitk.RelabelComponent(sitk.ConnectedComponent(femur, True))
    sizes = np.bincount(sitk.GetArrayViewFromImage(parts).ravel())[1:]
    return int((sizes >= min_voxels).sum())
