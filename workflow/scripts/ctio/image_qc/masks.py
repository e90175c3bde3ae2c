"""What a person should know of an outline before anything is learned from it or measured in it."""

import numpy as np
import SimpleITK as sitk

from ctio.imaging.images import bounding_box, crop_to
from ctio.imaging.laterality import head_offset_mm
from ctio.imaging.sides import LEFT, RIGHT
from ctio.issues.issues import Finding

SIDES = {RIGHT: "right", LEFT: "left"}
CM3 = 1000.0


def reaches_beyond(drawn, placed):
    """A finding if some of an outline lies outside the CT.

    Parameters
    ----------
    drawn, placed : SimpleITK.Image
        The outline on its own grid and on the CT's.

    Returns
    -------
    list of Finding
    """
    volumes = [
        float((sitk.GetArrayViewFromImage(mask) != 0).sum() * np.prod(mask.GetSpacing()))
        for mask in (drawn, placed)
    ]
    lost = 1 - volumes[1] / volumes[0]
    if lost < 0.05:
        return []
    return [Finding("mask partly outside", f"{lost:.0%} of the outline lie outside the CT.")]


def look_at_mask(mask, ct, *, femur_cm3, bone_mean_above_hu, piece_from_cm3, least_offset_mm):
    """What is odd about an outline.

    Parameters
    ----------
    mask, ct : SimpleITK.Image
        On one grid; labels 1 right, 2 left.
    femur_cm3 : list of float, (lowest, highest)
    bone_mean_above_hu : float
        A femur's mean is above this.
    piece_from_cm3 : float
        Smaller pieces are not counted.
    least_offset_mm : float
        Distance from side to side of head and shaft that tells the side.

    Returns
    -------
    list of Finding
    """
    labels = sitk.GetArrayViewFromImage(mask)
    voxel_cm3 = float(np.prod(mask.GetSpacing())) / CM3
    found = []
    for label, side in SIDES.items():
        inside = labels == label
        if not inside.any():
            continue
        box = bounding_box(mask == label, margin_mm=0)
        femur = crop_to(mask, box) == label
        hu = sitk.GetArrayViewFromImage(ct)[box][inside[box]]
        cm3 = float(hu.size) * voxel_cm3
        if not femur_cm3[0] <= cm3 <= femur_cm3[1]:
            found.append(
                (
                    "implausible volume",
                    f"The {side} femur has {cm3:.0f} cm³; expected {femur_cm3[0]:g} to "
                    f"{femur_cm3[1]:g} cm³.",
                )
            )
        if (pieces := _pieces(femur, piece_from_cm3 / voxel_cm3)) > 1:
            found.append(("several pieces", f"The {side} femur is in {pieces} pieces."))
        if (mean := float(hu.mean())) < bone_mean_above_hu:
            found.append(
                (
                    "beside the bone",
                    f"The mean inside the {side} femur is {mean:.0f} HU; expected more than "
                    f"{bone_mean_above_hu:g} HU.",
                )
            )
        offset = head_offset_mm(femur) * (1 if label == RIGHT else -1)
        if offset < -least_offset_mm:
            found.append(("wrong side", f"The {side} femur's head points to the other side."))
        if any(np.take(inside, [0, -1], axis=axis).any() for axis in range(3)):
            found.append(("mask at the edge", f"The {side} femur's outline touches the CT's edge."))
    return [Finding(*pair) for pair in found]


def _pieces(femur, voxels_at_least):
    """How many connected parts of at least so many voxels a mask has."""
    parts = sitk.RelabelComponent(sitk.ConnectedComponent(femur, True))
    sizes = np.bincount(sitk.GetArrayViewFromImage(parts).ravel())[1:]
    return int((sizes >= voxels_at_least).sum())
