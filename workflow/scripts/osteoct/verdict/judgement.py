"""May an outlined femur be measured? Accepted, review or failed, with reasons in words."""

import math

ACCEPTED, REVIEW, FAILED = VERDICTS = ("accepted", "review", "failed")
SENTENCES = {
    "cm3": "its volume is {value:.0f} cm³ (expected {low:g} to {high:g})",
    "length_mm": "it is {value:.0f} mm long from head to lower end (expected {low:g} to {high:g})",
    "coarse_dice": "the coarse and the fine outline agree to a Dice of {value:.2f} only (expected "
    "{low:g} or more)",
    "stray_share": "the outline fell into pieces: {value:.0%} of it lay apart and was left out "
    "(expected {high:.0%} or less)",
    "head_medial_mm": "the head lies {value:.0f} mm nearer to the body's middle than the shaft "
    "(expected {low:g} to {high:g}); the side may be swapped",
    "trochanter_behind_deg": "the lesser trochanter points {value:.0f}° behind the head (expected "
    "{low:g} to {high:g}); the image may be mirrored front to back",
    "organs_right_share": "{value:.0%} of the abdomen's solid organs lie on the right (expected "
    "{low:.0%} or more, by the liver); the image may be mirrored side to side",
    "mean_hu": "its mean is {value:.0f} HU (expected {low:g} to {high:g} for bone)",
    "median_hu": "its median is {value:.0f} HU (expected {low:g} to {high:g} for bone)",
    "dense_share": "{value:.0%} of it is as dense as bone (expected {low:.0%} to {high:.0%})",
    "clipped_share": "{value:.1%} of it has the highest CT number (expected {high:.1%} or less); "
    "the CT numbers are cut off",
    "metal_mm3": "{value:.0f} mm³ of metal are in or beside it",
    "disorder": "neighbouring slices differ by {value:.0%} of what distant ones do (expected "
    "{high:.0%} or less); slices may be out of order",
    "trochanter_mm": "the CT shows the lesser trochanter's lower edge {value:.0f} mm above where "
    "the coarse network ends the femur (expected {low:g} to {high:g})",
}


def judge(evidence, *, usual, possible):
    """Verdict on one outlined femur.

    Parameters
    ----------
    evidence : dict
        From `osteoct.verdict.evidence.evidence`.
    usual, possible : dict of str to [lowest, highest]
        Ranges of the measures of `SENTENCES`; outside of the usual one the femur needs a look,
        outside of the possible one the outline has failed. A measure without a range is not
        judged.

    Returns
    -------
    verdict : {"accepted", "review", "failed"}
    reasons : list of str
        Why it is not accepted, what failed first; parts of a sentence.
    """
    failed = _outside(evidence, possible)
    review = [
        (name, said)
        for name, said in _outside(evidence, usual)
        if name not in {name for name, _ in failed}
    ]
    failures, doubts = ([said for _, said in found] for found in (failed, review))
    _judge_faces(evidence["touches"], failures, doubts)
    _judge_side(evidence["across"], failures, doubts)
    if not math.isfinite(evidence["trochanter_mm"]):
        doubts.append(
            "the level of the lesser trochanter was not found in the CT, so its lower end is "
            "unchecked"
        )
    verdict = FAILED if failures else REVIEW if doubts else ACCEPTED
    return verdict, failures + doubts


def absent(side, *, coarse_found, other_found, metal_mm3):
    """Why there is no outline of a femur.

    Parameters
    ----------
    side : {"left", "right"}
    coarse_found, other_found : bool
        Whether the coarse network found it; whether the other femur is outlined.
    metal_mm3 : float
        Metal in the whole CT.

    Returns
    -------
    list of str
    """
    if coarse_found:
        reasons = [f"the {side} femur was found but its outline has no plausible volume"]
    elif other_found:
        reasons = [f"the {side} femur was not found; the other one was"]
    else:
        reasons = ["no femur was found"]
    if metal_mm3:
        reasons.append(f"the CT holds {metal_mm3:.0f} mm³ of metal, perhaps an implant")
    return reasons


def sentence(reasons):
    """Reasons as one sentence; empty if there are none."""
    text = "; ".join(reasons)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _outside(evidence, limits):
    """(measure, reason) of every measure outside its range."""
    return [
        (name, SENTENCES[name].format(value=evidence[name], low=low, high=high))
        for name, (low, high) in limits.items()
        if math.isfinite(evidence[name]) and not low <= evidence[name] <= high
    ]


def _judge_faces(touches, failures, doubts):
    """An outline that the image cuts below has no lower end; elsewhere a reader must look."""
    if "below" in touches:
        failures.append("the image ends below it, so that its lower end is not in the CT")
    if others := [face for face in touches if face != "below"]:
        doubts.append(f"it touches the border of the image ({', '.join(others)})")


def _judge_side(across, failures, doubts):
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
