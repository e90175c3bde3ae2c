"""Segmentation quality control: pass, review or fail for each femur, with reasons in words."""

import math

import numpy as np
import SimpleITK as sitk

from ctio import SIDES
from osteoct.segmentation.mirroring import liver_right_fraction
from osteoct.segmentation.qc_metrics import all_metal_mm3, measure_qc

PASS, REVIEW, FAIL = STATUSES = ("pass", "review", "fail")
# Wider on every side than the values of 40 femora of the default cohort (volume 79 to 198 cm³,
# length 79 to 105 mm, mean 172 to 372 HU, Dice of both stages 0.89 or more, slice-order
# inconsistency 0.31 to 0.40) and of two real hips segmented by hand (108 and 128 cm³, mean 287 and
# 341 HU). Slice-order inconsistency: six other CTs and five phantoms, their slices averaged to 1.25
# to 6.5 mm, have 0.23 to 0.48 in boxes of 130 mm, and 0.72 to 1.1 with their slices shuffled.
WARN_RANGES = {  # outside: review
    "cm3": (60, 250),
    "length_mm": (70, 125),
    "coarse_dice": (0.85, 1),
    "fraction_outside_largest": (0, 0.02),
    "head_medial_mm": (12, 60),
    "trochanter_behind_deg": (-25, 160),
    "liver_right_fraction": (0.4, 1),
    "mean_hu": (80, 500),
    "median_hu": (0, 450),
    "dense_fraction": (0.15, 0.95),
    "clipped_fraction": (0, 0.001),
    "metal_mm3": (0, 0),
    "slice_order_inconsistency": (0, 0.55),
    "trochanter_mm": (-8, 14),
}
FAIL_RANGES = {  # outside: fail, and the femur is not measured
    "cm3": (40, 320),
    "length_mm": (65, 150),
    "coarse_dice": (0.65, 1),
    "fraction_outside_largest": (0, 0.2),
    "head_medial_mm": (0, 90),
    "trochanter_behind_deg": (-90, 180),
    "mean_hu": (40, 700),
    "median_hu": (-30, 650),
    "dense_fraction": (0.08, 0.99),
    "clipped_fraction": (0, 0.02),
    "metal_mm3": (0, 200),
    "slice_order_inconsistency": (0, 0.65),
}
SENTENCES = {
    "cm3": "its volume is {value:.0f} cm³ (expected {low:g} to {high:g})",
    "length_mm": "it is {value:.0f} mm long from head to lower end (expected {low:g} to {high:g})",
    "coarse_dice": "the coarse and the fine mask agree to a Dice of {value:.2f} only (expected "
    "{low:g} or more)",
    "fraction_outside_largest": "{value:.0%} of the mask lay outside of its largest connected "
    "component (expected {high:.0%} or less)",
    "head_medial_mm": "the head lies {value:.0f} mm nearer to the body's middle than the shaft "
    "(expected {low:g} to {high:g}); the side may be swapped",
    "trochanter_behind_deg": "the lesser trochanter points {value:.0f}° behind the head (expected "
    "{low:g} to {high:g}); the image may be mirrored front to back",
    "liver_right_fraction": "{value:.0%} of the abdomen's solid organs lie on the right (expected "
    "{low:.0%} or more, by the liver); the image may be mirrored side to side",
    "mean_hu": "its mean is {value:.0f} HU (expected {low:g} to {high:g} for bone)",
    "median_hu": "its median is {value:.0f} HU (expected {low:g} to {high:g} for bone)",
    "dense_fraction": "{value:.0%} of it is as dense as bone (expected {low:.0%} to {high:.0%})",
    "clipped_fraction": "{value:.1%} of it has the highest CT number (expected {high:.1%} or "
    "less); the HU are clipped",
    "metal_mm3": "{value:.0f} mm³ of metal are in or beside it",
    "slice_order_inconsistency": "neighbouring slices differ by {value:.0%} of what distant ones "
    "do (expected {high:.0%} or less); slices may be out of order",
    "trochanter_mm": "the CT shows the lesser trochanter's lower edge {value:.0f} mm above the "
    "expected lower end of the femur ({low:g} to {high:g} is usual)",
}
IN_WORDS = ("touches", "across")  # metrics that are no numbers; the reasons name them


def check_femora(ct, segmentation, *, warn=None, fail=None):
    """QC status of both femora of a CT, and the metrics it rests on.

    Parameters
    ----------
    ct : SimpleITK.Image
    segmentation : osteoct.segmentation.cascade.Segmentation
    warn, fail : dict of str to [min, max], optional
        Ranges that replace those of `WARN_RANGES` and `FAIL_RANGES`.

    Returns
    -------
    dict of str to dict
        For "right" and "left": `qc` (one of `STATUSES`), `qc_reasons` (one sentence, empty if it
        passes) and, for a femur that was found, its metrics, with the `liver_right_fraction` of
        the CT.
    """
    warn, fail = {**WARN_RANGES, **(warn or {})}, {**FAIL_RANGES, **(fail or {})}
    fine, coarse = (_sides_in(image) for image in segmentation[:2])
    of_ct = {"liver_right_fraction": liver_right_fraction(ct, segmentation.fine)}
    femora = {}
    for name, side in SIDES.items():
        if fine[name]:
            metrics = measure_qc(ct, segmentation, side) | of_ct
            status, reasons = qc_status(metrics, warn=warn, fail=fail)
        else:
            metrics, status = {}, FAIL
            reasons = why_absent(
                name,
                coarse_found=coarse[name],
                other_found=any(fine.values()),
                metal_mm3=all_metal_mm3(ct),
            )
        numbers = {key: value for key, value in metrics.items() if key not in IN_WORDS}
        femora[name] = {"qc": status, "qc_reasons": as_sentence(reasons), **numbers}
    return femora


def qc_status(metrics, *, warn, fail):
    """QC status of one segmented femur.

    Parameters
    ----------
    metrics : dict
        From `osteoct.segmentation.qc_metrics.measure_qc`.
    warn, fail : dict of str to [min, max]
        Ranges of the metrics of `SENTENCES`; outside of the warn range the femur needs a look,
        outside of the fail range the segmentation has failed. A metric without a range, or
        without a value, is not checked.

    Returns
    -------
    status : {"pass", "review", "fail"}
    reasons : list of str
        Why it does not pass, what failed first; parts of a sentence.
    """
    failed = _outside(metrics, fail)
    failures = list(failed.values())
    doubts = [reason for name, reason in _outside(metrics, warn).items() if name not in failed]
    _check_faces(metrics["touches"], failures, doubts)
    _check_side(metrics["across"], failures, doubts)
    if not math.isfinite(metrics["trochanter_mm"]):
        doubts.append(
            "the level of the lesser trochanter was not found in the CT, so its lower end is "
            "unchecked"
        )
    status = FAIL if failures else REVIEW if doubts else PASS
    return status, failures + doubts


def why_absent(side, *, coarse_found, other_found, metal_mm3):
    """Why there is no mask of a femur.

    Parameters
    ----------
    side : {"left", "right"}
    coarse_found, other_found : bool
        Whether the coarse network found it; whether the other femur is segmented.
    metal_mm3 : float
        Metal in the whole CT.

    Returns
    -------
    list of str
    """
    if coarse_found:
        reasons = [f"the {side} femur was found but its mask has no plausible volume"]
    elif other_found:
        reasons = [f"the {side} femur was not found; the other one was"]
    else:
        reasons = ["no femur was found"]
    if metal_mm3:
        reasons.append(f"the CT holds {metal_mm3:.0f} mm³ of metal, perhaps an implant")
    return reasons


def as_sentence(reasons):
    """Reasons as one sentence; empty if there are none."""
    text = "; ".join(reasons)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _sides_in(image):
    """Whether a label map has each femur; a map that is not there has none."""
    labels = np.zeros(0) if image is None else sitk.GetArrayViewFromImage(image)
    return {name: bool((labels == side).any()) for name, side in SIDES.items()}


def _outside(metrics, ranges):
    """{metric: reason} of every metric outside its range."""
    return {
        name: SENTENCES[name].format(value=metrics[name], low=low, high=high)
        for name, (low, high) in ranges.items()
        if math.isfinite(metrics[name]) and not low <= metrics[name] <= high
    }


def _check_faces(touches, failures, doubts):
    """A mask that the image cuts below has no lower end; elsewhere a reader must look."""
    if "below" in touches:
        failures.append("the image ends below it, so that its lower end is not in the CT")
    if others := [face for face in touches if face != "below"]:
        doubts.append(f"it touches the border of the image ({', '.join(others)})")


def _check_side(across, failures, doubts):
    if across == "body":
        failures.append(
            "its head points to the other side than its place in the body; the image may be "
            "mirrored"
        )
    elif across == "scanner":
        doubts.append(
            "its place in the scanner is on the body's other side; the image may be mirrored or "
            "its position lost"
        )
