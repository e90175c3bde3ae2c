"""The calibration table as it is printed."""

import numpy as np
import pandas as pd

from osteoct.classification.predictions import EVALUATED
from osteoct.cohort.diagnosis import titled
from osteoct.evaluation.calibration import FORMS
from osteoct.evaluation.methods import NAMES

MISSING = "n/a"


def tabulate_calibration(values, scaling, intervals):
    """Calibration by split, class and form of the probabilities.

    Parameters
    ----------
    values : DataFrame
        As `calibration.calibrate` returns it.
    scaling : dict
        As `temperature.fit_temperature` returns it.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame of str
        A row with text in its first cell only is a heading, at the end of the table a footnote.
    """
    rows = []
    for split in EVALUATED:
        for form in FORMS:
            here = values[(values["split"] == split) & (values["form"] == form)]
            rows.append({"Class": f"{split.capitalize()}, probabilities {form}"})
            rows += [_row(row, intervals.confidence) for row in here.to_dict("records")]
    return pd.DataFrame([*rows, *_notes(values, scaling, intervals)]).fillna("")


def _row(row, confidence):
    level = f"({confidence:.0%} CI)"
    if row["class"] == "all":
        row |= {name: np.nan for name in ("predicted", "observed", "intercept", "slope")}
        sizes = absent = ""
    else:
        sizes, absent = f"{row['n_positive']:.0f} / {row['n_negative']:.0f}", MISSING
    return {
        "Class": "All classes" if row["class"] == "all" else titled(row["class"]),
        "Positive / negative": sizes,
        "Mean predicted": _number(row["predicted"]) or absent,
        f"Observed {level}": _text(row, "observed") or absent,
        f"Intercept {level}": _text(row, "intercept") or absent,
        f"Slope {level}": _text(row, "slope") or absent,
        f"Brier score {level}": _text(row, "brier") or MISSING,
        "Scaled Brier": _number(row["scaled_brier"]) or absent,
        "Log-loss": _number(row["log_loss"]),
    }


def _number(value):
    return "" if np.isnan(value) else f"{value:.3f}"


def _text(row, name):
    """An estimate with its interval, negative numbers apart from the dash of a range."""
    estimate, low, high = (row[key] for key in (name, f"{name}_low", f"{name}_high"))
    if np.isnan(estimate):
        return ""
    return f"{estimate:.3f} ({low:.3f} to {high:.3f})"


def _notes(values, scaling, intervals):
    stopped = ", where the search stops" if scaling["at_limit"] else ""
    notes = [
        f"Temperature {scaling['temperature']:.3f}{stopped}, fitted on {scaling['patients']} "
        f"{scaling['fitted_on']} patients and then frozen: above 1 it softens the probabilities, "
        "below 1 it sharpens them. On validation itself it flatters. It changes no ranking within "
        "a patient, so no predicted class, and takes no part in Table 3.",
        "Intercept: log-odds by which the class is commoner than predicted (0 is ideal). Slope: 1 "
        "is ideal, below 1 the probabilities are too extreme; Wald intervals. Brier score: of one "
        "class against the rest from 0 to 1, of all classes from 0 to 2; percentile bootstrap "
        f"within classes, {intervals.resamples} resamples. Scaled Brier: 1 is perfect, 0 no better "
        f"than the class’s fraction. Observed fraction: {NAMES[intervals.proportion]}.",
    ]
    for (split, note), rows in values[values["note"] != ""].groupby(["split", "note"]):
        concerned = ", ".join(dict.fromkeys(rows["class"]))
        notes.append(f"{MISSING} in {split}, {note}: {concerned}.")
    return [{"Class": note} for note in notes]
