"""Whether an image's grid can be measured: spacing, length, direction, field of view."""

import numpy as np
import SimpleITK as sitk

from ctio.imaging.sides import BODY_ABOVE_HU, WHOLE_BODY_MM
from ctio.issues.issue import Issue

AXES = (
    ("pixel spacing", "Pixels"),
    ("pixel spacing", "Pixels"),
    ("slice spacing", "Slices"),
)
ROUNDED = 3  # decimals of a mm that a limit is held against
MAX_ASPECT_ERROR = 0.01  # of the pixel's width: beyond it pixels are not square
MIN_OBLIQUE_DEG = 10  # an image whose axes are turned so far against the patient's own
MAX_EDGE_FRACTION = 0.02  # of the voxels at an image's four sides that may be body


def length_mm(ct):
    """From the lowest slice's lower face to the highest slice's upper one."""
    return ct.GetSize()[2] * ct.GetSpacing()[2]


def check_limits(ct, *, pixel_spacing_mm, slice_spacing_mm, min_length_mm):
    """Issues because of which a CT's grid cannot be used.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS.
    pixel_spacing_mm, slice_spacing_mm : list of float, (lowest, highest)
    min_length_mm : float
        Along the body, slices counted whole.

    Returns
    -------
    list of Issue
    """
    issues = []
    limits = (pixel_spacing_mm, pixel_spacing_mm, slice_spacing_mm)
    for (name, what), step, (low, high) in zip(AXES, ct.GetSpacing(), limits, strict=True):
        if not low <= round(step, ROUNDED) <= high:
            sentence = f"{what} are {step:.4g} mm apart; expected {low:g} to {high:g} mm."
            issues.append(Issue(name, sentence))
    if round(length_mm(ct), ROUNDED) < min_length_mm:
        issues.append(
            Issue(
                "length",
                f"The CT is {length_mm(ct):.0f} mm long from head to foot; expected "
                f"{min_length_mm:g} mm or more, or the proximal femur is cut off.",
            )
        )
    return list(dict.fromkeys(issues))


def check_grid(ct):
    """Issues of a CT's grid and field of view.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS.

    Returns
    -------
    list of Issue
    """
    found, (x_mm, y_mm, _) = [], ct.GetSpacing()
    if abs(x_mm - y_mm) > MAX_ASPECT_ERROR * x_mm:
        found.append(("pixels not square", f"Pixels are {x_mm:.4g} × {y_mm:.4g} mm."))
    axes = np.array(ct.GetDirection()).reshape(3, 3)
    tilt = float(np.degrees(np.arccos(np.clip(abs(np.diag(axes)).min(), -1, 1))))
    if tilt >= MIN_OBLIQUE_DEG:
        found.append(("oblique", f"The image is turned by {tilt:.0f}° against the patient's axes."))
    width = ct.GetSize()[0] * x_mm
    if width < WHOLE_BODY_MM:
        found.append(("one hip", f"The image is {width:.0f} mm wide: one hip at most."))
    hu = sitk.GetArrayViewFromImage(ct)
    sides = np.concatenate([hu[:, :, [0, -1]].ravel(), hu[:, [0, -1], :].ravel()])
    fraction = float((sides > BODY_ABOVE_HU).mean())
    if fraction > MAX_EDGE_FRACTION:
        found.append(("body cut off", f"{fraction:.0%} of the image's sides show body."))
    return [Issue(*pair) for pair in found]
