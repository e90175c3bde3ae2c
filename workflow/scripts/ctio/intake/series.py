"""Which of a patient's DICOM series is measured, by stated rules, and why the others are not.

A series can be taken if its slices are CT, axial, not a scout, complete and within the limits.
Of those, in this order: original images before computed ones, a soft or standard kernel before an
unknown and a sharp one, no contrast agent before one, thin slices before thick ones, a long series
before a short one, and the first in the order of series numbers.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from ctio.intake.stack import mean_spacing_mm, sort_slices
from ctio.issues.issue import CATALOGUE, RejectedInput

AXIAL_COSINE = 0.8  # a slice tilted by more than 37 degrees is coronal, sagittal or oblique
PREFERENCES = (  # what a series that could have been taken lost by, in the order of _preference_of
    "computed from other images",
    "a kernel less fit for bone density",
    "contrast agent",
    "thicker slices",
    "shorter",
    "otherwise alike, and later in order",
)


@dataclass
class Series:
    """Slices that belong together, in order, or why they cannot be used.

    Attributes
    ----------
    slices : list of ctio.intake.headers.Slice
    rejection : RejectedInput
        None if the series can be taken.
    """

    slices: list
    rejection: RejectedInput | None = None

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
        For each series `series` (its number, or empty), `slices`, `spacing_mm`, `kernel`, and
        `outcome`: "taken", or why not.

    Raises
    ------
    RejectedInput
        If there is none to take: what is wrong with the one that most probably was meant.
    """
    if len({slice_.once["patient"] for slice_ in slices}) > 1:
        raise RejectedInput("several patients", "The DICOM files are of more than one patient.")
    limits = (slice_spacing_mm, min_length_mm)
    everything = [_try_series(group, *limits) for group in _group_by_series(slices)]
    usable = [series for series in everything if series.rejection is None]
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


def _group_by_series(slices):
    """Slices by series, scouts and non-axial slices of a series apart; in order of numbers."""
    groups = defaultdict(list)
    for slice_ in slices:
        number = slice_.once["series_number"]
        order = int(number) if number.isdigit() else 10**9
        groups[(order, slice_.once["series"], _find_exclusion(slice_))].append(slice_)
    return [groups[key] for key in sorted(groups)]


def _find_exclusion(slice_):
    """Why a slice can be of no series to measure; empty if it can."""
    if not slice_.is_ct:
        return "no CT images"
    if "LOCALIZER" in slice_.image_type:
        return "a scout"
    if slice_.orientation.size and abs(slice_.normal[2]) <= AXIAL_COSINE:
        return "not axial"
    return ""


def _try_series(slices, slice_spacing_mm, min_length_mm):
    """A series in order, with what is wrong with it."""
    if reason := _find_exclusion(slices[0]):
        return Series(slices, RejectedInput("no axial series", f"{reason.capitalize()}."))
    try:
        ordered = _sort_one_phase(slices)
    except RejectedInput as rejection:
        return Series(slices, rejection)
    series, (low, high) = Series(ordered), slice_spacing_mm
    length = len(ordered) * mean_spacing_mm(ordered) if len(ordered) > 1 else 0.0
    if len(ordered) > 1 and not low <= mean_spacing_mm(ordered) <= high:
        series.rejection = RejectedInput(
            "slice spacing",
            f"Slices are {mean_spacing_mm(ordered):.4g} mm apart; expected {low:g} to {high:g} mm.",
        )
    elif length < min_length_mm:
        series.rejection = RejectedInput(
            "length",
            f"The CT is {length:.0f} mm long from head to foot; expected {min_length_mm:g} mm "
            "or more, or the proximal femur is cut off.",
        )
    return series


def _sort_one_phase(slices):
    """Slices in order; of a series with several acquisitions of one region, the first complete."""
    try:
        return sort_slices(slices)
    except RejectedInput as rejection:
        acquisitions = defaultdict(list)
        for slice_ in slices:
            acquisitions[slice_.once["acquisition"]].append(slice_)
        if rejection.issue.name != "duplicate slices" or len(acquisitions) < 2:
            raise
        for _, group in sorted(acquisitions.items()):
            try:
                return sort_slices(group)
            except RejectedInput:
                continue
        raise


def _most_probable(everything):
    """What is wrong with the series that most probably was meant."""
    axial = [series for series in everything if not _find_exclusion(series.slices[0])]
    if axial:
        return max(axial, key=lambda series: len(series.slices)).rejection
    kinds = sorted({_find_exclusion(series.slices[0]) for series in everything})
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
        classify_kernel(first.kernel, **kernels),
        bool(first.once["contrast"]),
        series.spacing_mm,
        -round(series.spacing_mm * len(series.slices)),
        number,
    )


def _outcome_of(series, best, ranks):
    if series is best:
        return "taken"
    if reason := _find_exclusion(series.slices[0]):
        return reason
    if series.rejection is not None:
        return CATALOGUE[series.rejection.issue.name].description
    pairs = zip(ranks[id(series)], ranks[id(best)], PREFERENCES, strict=True)
    return next(reason for mine, others, reason in pairs if mine != others)


def _record_of(series, outcome, kernels):
    """A series for the record: a kernel only if it is a known one, since it is free text."""
    first = series.slices[0]
    number = first.once["series_number"]
    return {
        "series": number if number.isdigit() and len(number) < 6 else "",
        "slices": len(series.slices),
        "spacing_mm": None if series.rejection else series.spacing_mm,
        "kernel": first.kernel if classify_kernel(first.kernel, **kernels) != 1 else "",
        "outcome": outcome,
    }
