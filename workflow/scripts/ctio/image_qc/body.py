"""Whether both sides of the body have their bone, down to the femoral shafts."""

import numpy as np
import SimpleITK as sitk

from ctio.image_qc.hounsfield import BONE_ABOVE_HU
from ctio.imaging.sides import BODY_ABOVE_HU, WHOLE_BODY_MM
from ctio.issues.issue import Issue

BOTTOM_MM = 10  # of the scan: what is called its lower end
MM2_PER_CM2 = 100.0
MAX_SIDES_RATIO = 1.5  # of the bone of both halves of the body
MIN_SHAFT_CM2 = 1.5  # bone in the lowest slices on each side; a femoral shaft's wall has 3 to 5


def check_body_sides(ct):
    """Issues of the bone on both sides of the body.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS.

    Returns
    -------
    list of Issue
    """
    bone = sitk.GetArrayViewFromImage(ct) > BONE_ABOVE_HU
    x_mm, y_mm, z_mm = ct.GetSpacing()
    bottom = bone[: max(1, round(BOTTOM_MM / z_mm))]
    halves = {"image": slice(None)}
    issues = []
    if ct.GetSize()[0] * x_mm >= WHOLE_BODY_MM:
        middle = _middle_column(ct)
        halves = {"right": slice(0, middle), "left": slice(middle, None)}
        right, left = (float(bone[:, :, half].sum()) + 1 for half in halves.values())
        ratio = max(right / left, left / right)
        if ratio > MAX_SIDES_RATIO:
            more = "right" if right > left else "left"
            sentence = f"The {more} half has {ratio:.1f} times the bone of the other."
            issues.append(Issue("unequal sides", sentence))
    for side, half in halves.items():
        area = float(bottom[:, :, half].sum(axis=(1, 2)).mean()) * x_mm * y_mm / MM2_PER_CM2
        if area < MIN_SHAFT_CM2:
            sentence = (
                f"The lowest slices have {area:.1f} cm² of bone ({side}); expected "
                f"{MIN_SHAFT_CM2:g} cm² or more."
            )
            issues.append(Issue("no femoral shaft", sentence))
    return issues


def _middle_column(ct):
    """Column of the body's middle: the mean column of all that is no air."""
    body = (sitk.GetArrayViewFromImage(ct) > BODY_ABOVE_HU).sum(axis=(0, 1))
    return int(round(np.average(np.arange(len(body)), weights=body))) if body.any() else 0
