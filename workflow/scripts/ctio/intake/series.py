"""Which of a patient's DICOM series is measured, by stated rules, and why the others are not.

A series can be taken if its slices are CT, axial, not a scout, complete and within the limits.
Of those, in this order: original images before computed ones, no loss by compression before some, a
soft or standard kernel before an unknown and a sharp one, no contrast agent before one, thin slices
before thick ones, a long series before a short one, one whose header denies a contrast agent before
one that says nothing, and the first in the order of series numbers.

A series that is no even stack may be several acquisitions. Single slices are then set aside, each
acquisition is judged for itself, and one that is much shorter than another was broken off.
"""

import re
from dataclasses import dataclass

from ctio.intake.acquisitions import MIN_COMPLETE, propose_parts, propose_phases
from ctio.intake.compression import is_lossy
from ctio.intake.contrast import NO, YES
from ctio.intake.grouping import find_exclusion, group_by_series, require_one_patient
from ctio.intake.stack import mean_spacing_mm, sort_slices
from ctio.intake.units import require_hounsfield
from ctio.issues.issue import CATALOGUE, RejectedInput

ROUNDED = 3  # decimals of a mm: 5.0000001 mm from a leaning stack are 5 mm
STRAY = "single slices beside the scan"
NO_STACK = {  # what may be wrong with a series because it is several acquisitions
    *("duplicate slices", "uneven slices", "missing slices", "gantry tilt"),
    *("mixed sizes", "mixed orientation", "mixed frames of reference", "mixed rescaling"),
}
TOO_FAR = "slice spacing"
BROKEN_OFF = "shorter than another acquisition of its series"
PREFERENCES = (  # what a series that could have been taken lost by, in the order of _preference_of
    "computed from other images",
    "compressed with loss",
    "a kernel less fit for bone density",
    "contrast agent",
    "thicker slices",
    "shorter",
    "no word about a contrast agent",
    "otherwise alike, and later in order",
)


@dataclass
class Series:
    """Slices that belong together, in order, or why they cannot be used.

    Attributes
    ----------
    slices : list of ctio.intake.slice.Slice
    rejection : RejectedInput
        None if the series can be taken.
    left_out : str
        Why an acquisition is not taken before another one of its series.
    length_mm : float
        By which it is compared with others: acquisitions of one series count alike.
    """

    slices: list
    rejection: RejectedInput | None = None
    left_out: str = ""
    length_mm: float = 0.0

    @property
    def spacing_mm(self):
        """Distance between slices."""
        return round(mean_spacing_mm(self.slices), 2)


def choose_series(slices, *, slice_spacing_mm, min_length_mm, kernels):
    """The series to measure, and a record of all.

    Parameters
    ----------
    slices : list of Slice
        Everything that was found.
    slice_spacing_mm : list of float, (lowest, highest)
    min_length_mm : float
    kernels : dict
        `soft` and `sharp`: regular expressions of kernel names, whole names, in any case.

    Returns
    -------
    chosen : list of Slice
        In order through the body.
    record : list of dict
        For each series and acquisition `series` and `acquisition` (its number; empty where there
        is none or more than one), `slices`, `spacing_mm`, `kernel`, and `outcome`: "taken", or why
        not.

    Raises
    ------
    RejectedInput
        If there is none to take: what is wrong with the one that most probably was meant.
    """
    require_one_patient(slices)
    limits = (slice_spacing_mm, min_length_mm)
    everything = [
        part for group in group_by_series(slices) for part in _try_acquisitions(group, limits)
    ]
    usable = [series for series in everything if _is_usable(series)]
    if not usable:
        issue = _most_probable(everything).issue
        record = [
            _record_of(series, _outcome_of(series, None, {}), kernels) for series in everything
        ]
        raise RejectedInput(issue.name, issue.sentence, record)
    ranks = {
        id(series): _preference_of(series, number, kernels) for number, series in enumerate(usable)
    }
    best = min(usable, key=lambda series: ranks[id(series)])
    record = [
        _record_of(series, _outcome_of(series, best, ranks), kernels) for series in everything
    ]
    return best.slices, record


def _is_usable(series):
    return series.rejection is None and not series.left_out


def _try_acquisitions(slices, limits):
    """A series; if it is no even stack, its acquisitions, where one of them can be taken."""
    whole = _try_series(slices, *limits)
    if whole.rejection is None:
        return _try_interleaved(slices, limits) or [whole]
    if whole.rejection.issue.name not in NO_STACK:
        return [whole]
    for scans, strays in propose_parts(slices):
        parts = [_try_series(group, *limits) for group in scans]
        usable = [part for part in parts if part.rejection is None]
        longest = max((part.length_mm for part in usable), default=0.0)
        if usable:
            for part in usable:
                part.left_out = BROKEN_OFF if part.length_mm < MIN_COMPLETE * longest else ""
                part.length_mm = longest
            return parts + [Series(group, left_out=STRAY) for group in strays]
    return [whole]


def _try_interleaved(slices, limits):
    """Phases between whose slices those of another one lie, evenly; empty if it is one scan."""
    for groups in propose_phases(slices):
        parts = [_try_series(group, *limits) for group in groups]
        if all(part.rejection is None or part.rejection.issue.name == TOO_FAR for part in parts):
            return parts
    return []


def _try_series(slices, slice_spacing_mm, min_length_mm):
    """A series in order, with what is wrong with it."""
    if reason := find_exclusion(slices[0]):
        return Series(slices, RejectedInput("no axial series", f"{reason.capitalize()}."))
    try:
        _require_whole_file(slices)
        require_hounsfield(slices)
        ordered = sort_slices(slices)
    except RejectedInput as rejection:
        return Series(slices, rejection)
    step = round(mean_spacing_mm(ordered), ROUNDED) if len(ordered) > 1 else None
    length = round(len(ordered) * mean_spacing_mm(ordered), ROUNDED) if step else 0.0
    series, (low, high) = Series(ordered, length_mm=length), slice_spacing_mm
    if step is not None and not low <= step <= high:
        series.rejection = RejectedInput(
            TOO_FAR,
            f"Slices are {step:.4g} mm apart; expected {low:g} to {high:g} mm.",
        )
    elif length < min_length_mm:
        series.rejection = RejectedInput(
            "length",
            f"The CT is {length:.0f} mm long from head to foot; expected {min_length_mm:g} mm "
            "or more, or the proximal femur is cut off.",
        )
    return series


def _require_whole_file(slices):
    if any(slice_.is_damaged for slice_ in slices):
        raise RejectedInput(
            "unreadable",
            "A multi-frame CT is damaged: it has not as many frames as its header describes.",
        )


def _most_probable(everything):
    """What is wrong with the series that most probably was meant."""
    axial = [series for series in everything if not find_exclusion(series.slices[0])]
    if axial:
        return max(axial, key=lambda series: len(series.slices)).rejection
    kinds = sorted({find_exclusion(series.slices[0]) for series in everything})
    found = f"; found only: {', '.join(kinds)}" if kinds else ""
    return RejectedInput("no axial series", f"There is no axial CT slice in DICOM{found}.")


def classify_kernel(kernel, *, soft, sharp):
    """0 for a soft or standard kernel, 2 for one of bone or lung, 1 for an unknown one."""
    for number, patterns in ((2, sharp), (0, soft)):
        if any(re.fullmatch(pattern, kernel, flags=re.IGNORECASE) for pattern in patterns):
            return number
    return 1


def _preference_of(series, number, kernels):
    first = series.slices[0]
    return (
        "DERIVED" in first.image_type,
        any(map(is_lossy, series.slices)),
        classify_kernel(first.kernel, **kernels),
        any(slice_.once["contrast"] == YES for slice_ in series.slices),
        series.spacing_mm,
        -round(series.length_mm),
        first.once["contrast"] != NO,
        number,
    )


def _outcome_of(series, best, ranks):
    if series is best:
        return "taken"
    if reason := find_exclusion(series.slices[0]):
        return reason
    if series.left_out:
        return series.left_out
    if series.rejection is not None:
        return CATALOGUE[series.rejection.issue.name].description
    pairs = zip(ranks[id(series)], ranks[id(best)], PREFERENCES, strict=True)
    return next(reason for mine, others, reason in pairs if mine != others)


def _record_of(series, outcome, kernels):
    """A series for the record: a kernel only if it is a known one, since it is free text."""
    first = series.slices[0]
    acquisitions = {slice_.once["acquisition"] for slice_ in series.slices}
    return {
        "series": _number_of(first.once["series_number"]),
        "acquisition": _number_of(acquisitions.pop()) if len(acquisitions) == 1 else "",
        "slices": len(series.slices),
        "spacing_mm": None if series.rejection or series.left_out == STRAY else series.spacing_mm,
        "kernel": first.kernel if classify_kernel(first.kernel, **kernels) != 1 else "",
        "outcome": outcome,
    }


def _number_of(text):
    """A short number in a header, or an empty text: anything else may identify a person."""
    return text if text.isascii() and text.isdigit() and len(text) < 6 else ""
