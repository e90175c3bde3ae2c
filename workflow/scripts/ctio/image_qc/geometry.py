"""The gate on an image's grid: spacing, length, direction, and how much of the body it shows."""

import numpy as np
import SimpleITK as sitk

from ctio.issues.issues import Finding

WHATS = ("Pixels", "Pixels", "Slices")
CHECK_OF = ("pixel spacing", "pixel spacing", "slice spacing")


def length_mm(ct):
    """From the lowest slice's lower face to the highest slice's upper one."""
    return ct.GetSize()[2] * ct.GetSpacing()[2]


def beyond_limits(ct, *, pixel_spacing_mm, slice_spacing_mm, length_at_least_mm):
    """Findings because of which a CT's grid cannot be used.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS.
    pixel_spacing_mm, slice_spacing_mm : list of float, (lowest, highest)
    length_at_least_mm : float
        Along the body, slices counted whole.

    Returns
    -------
    list of Finding
    """
    found = []
    limits = (pixel_spacing_mm, pixel_spacing_mm, slice_spacing_mm)
    for check, what, step, (low, high) in zip(
        CHECK_OF, WHATS, ct.GetSpacing(), limits, strict=True
    ):
        if not low <= step <= high:
            said = f"{what} are {step:.4g} mm apart; expected {low:g} to {high:g} mm."
            found.append(Finding(check, said))
    if length_mm(ct) < length_at_least_mm:
        found.append(
            Finding(
                "length",
                f"The CT is {length_mm(ct):.0f} mm long from head to foot; expected "
                f"{length_at_least_mm:g} mm or more, or the proximal femur is cut off.",
            )
        )
    return list(dict.fromkeys(found))


def look_at_grid(ct, *, oblique_from_deg, both_hips_from_mm, body_above_hu, edge_share):
    """What is odd about a CT's grid and field of view.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS.
    oblique_from_deg : float
        An axis this far from the patient's own is remarked on.
    both_hips_from_mm : float
        A narrower image shows one hip.
    body_above_hu : float
    edge_share : float
        Share of the voxels at the image's sides that may be body.

    Returns
    -------
    list of Finding
    """
    found, (x_mm, y_mm, _) = [], ct.GetSpacing()
    if abs(x_mm - y_mm) > 0.01 * x_mm:
        found.append(("pixels not square", f"Pixels are {x_mm:.4g} × {y_mm:.4g} mm."))
    axes = np.array(ct.GetDirection()).reshape(3, 3)
    tilt = float(np.degrees(np.arccos(np.clip(abs(np.diag(axes)).min(), -1, 1))))
    if tilt >= oblique_from_deg:
        found.append(("oblique", f"The image is turned by {tilt:.0f}° against the patient's axes."))
    width = ct.GetSize()[0] * x_mm
    if width < both_hips_from_mm:
        found.append(("one hip", f"The image is {width:.0f} mm wide: one hip at most."))
    hu = sitk.GetArrayViewFromImage(ct)
    sides = np.concatenate([hu[:, :, [0, -1]].ravel(), hu[:, [0, -1], :].ravel()])
    share = float((sides > body_above_hu).mean())
    if share > edge_share:
        found.append(("body cut off", f"{share:.0%} of the image's sides show body."))
    return [Finding(*pair) for pair in found]
