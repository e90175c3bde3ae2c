"""Performance of the classifier, with the counts behind every number and every interval."""

import numpy as np
import pandas as pd

from osteoct.classification.predictions import (
    EVALUATED,
    classes_of,
    codes,
    of_split,
    probabilities_of,
)
from osteoct.evaluation.agreement import brier_losses, macro_auc, quadratic_kappa, weighted_auc
from osteoct.evaluation.auc import roc_auc
from osteoct.evaluation.methods import METHODS


def evaluate(predictions, thresholds, intervals):
    """Every number of the performance table, one row each.

    Parameters
    ----------
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    thresholds : dict of str to dict
        As `thresholds.choose_thresholds` returns it; a threshold of None or nan is none.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame
        `split`, `class` (or "all"), `decision` (argmax, youden_validation, or empty for what
        needs no cut-off), `measure`, `estimate`, `numerator` and `denominator` of a proportion,
        `n_positive`, `n_negative`, `threshold`; the printed interval as `method`, `low`, `high`;
        `*_low` and `*_high` by every method that applies; `note`, which says why a missing
        estimate is missing.
    """
    rows = []
    for split in EVALUATED:
        table = of_split(predictions, split)
        for name in classes_of(table):
            common = {
                "split": split,
                "class": name,
                "n_positive": int((table["diagnosis"] == name).sum()),
                "n_negative": int((table["diagnosis"] != name).sum()),
            }
            found = [auc_row(table, name, intervals)]
            for decision, called, more in decisions(table, name, thresholds[name]):
                for row in proportion_rows(table, name, called, intervals):
                    found.append({"decision": decision, **row, **more})
            rows += [{**common, **row} for row in found]
        whole = overall_rows(table, intervals)
        rows += [{"split": split, "class": "all", **row} for row in whole]
    return pd.DataFrame(rows, columns=_columns()).fillna({"decision": "", "method": "", "note": ""})


def decisions(table, name, threshold):
    """Ways to call a patient positive for a class: (decision, calls or None, more columns)."""
    by_argmax = (table["predicted"] == name).to_numpy()
    cut = threshold["threshold"]
    if cut is None or np.isnan(cut):
        reason = f"no cut-off: {threshold['note']} in {threshold['chosen_on']}"
        by_youden, more = None, {"note": reason}
    else:
        by_youden, more = (table[f"p_{name}"] >= cut).to_numpy(), {"threshold": cut}
    return [("argmax", by_argmax, {}), ("youden_validation", by_youden, more)]


def proportion_rows(table, name, called, intervals):
    """Sensitivity, specificity, accuracy and predictive values of one class against the rest.

    Parameters
    ----------
    table : DataFrame
        With a column `diagnosis`.
    name : str
        The class.
    called : ndarray of bool, shape (n_patients,), or None
        Who is called positive; None leaves every estimate missing.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    list of dict
        A proportion without a denominator is missing, with a note; it is not 0.
    """
    is_positive = (table["diagnosis"] == name).to_numpy()
    call = np.zeros(len(table), bool) if called is None else called
    right = is_positive == call
    parts = {
        "sensitivity": (is_positive, f"no patient with {name}"),
        "specificity": (~is_positive, f"no patient without {name}"),
        "accuracy": (np.ones(len(table), bool), "no patient"),
        "ppv": (call, f"no patient called {name}"),
        "npv": (~call, f"every patient called {name}"),
    }
    rows = []
    for measure, (among, absent) in parts.items():
        if called is None:
            rows.append({"measure": measure})
            continue
        successes, trials = int(right[among].sum()), int(among.sum())
        counted = {"measure": measure, "numerator": successes, "denominator": trials}
        rows.append({**counted, **_proportion(successes, trials, absent, intervals)})
    return rows


def auc_row(table, name, intervals):
    """Area under the ROC curve of one class against the rest, with every interval."""
    is_positive = (table["diagnosis"] == name).to_numpy()
    score = table[f"p_{name}"].to_numpy(float)
    positive, negative = score[is_positive], score[~is_positive]
    if not (positive.size and negative.size):
        absent = "with" if negative.size else "without"
        return {"decision": "", "measure": "auc", "note": f"no patient {absent} {name}"}
    note = "all probabilities are alike" if np.ptp(score) == 0 else ""
    row = {"decision": "", "measure": "auc", "estimate": roc_auc(positive, negative), "note": note}
    return {**row, **intervals.of_auc(positive, negative)}


def overall_rows(table, intervals):
    """Mean AUCs, quadratic weighted kappa, accuracy and Brier score of all classes at once."""
    classes, probabilities = classes_of(table), probabilities_of(table)
    truth, predicted = (codes(table[column], classes) for column in ("diagnosis", "predicted"))
    losses = brier_losses(truth, probabilities)
    statistics = {
        ("", "macro_auc", "not every class is present"): lambda rows: macro_auc(
            truth[rows], probabilities[rows]
        ),
        ("", "weighted_auc", "not every class is present"): lambda rows: weighted_auc(
            truth[rows], probabilities[rows]
        ),
        ("argmax", "kappa", "only one class to agree on"): lambda rows: quadratic_kappa(
            truth[rows], predicted[rows]
        ),
        ("", "brier", "no patient"): lambda rows: losses[rows].mean() if len(rows) else np.nan,
    }
    right, everyone = int((truth == predicted).sum()), np.arange(len(table))
    groups = [np.flatnonzero(truth == code) for code in np.unique(truth)]
    counted = {"numerator": right, "denominator": len(table)}
    fraction = _proportion(right, len(table), "no patient", intervals)
    found = [{"decision": "argmax", "measure": "accuracy", **counted, **fraction}]
    for (decision, measure, absent), statistic in statistics.items():
        row = {"decision": decision, "measure": measure}
        estimate = statistic(everyone)
        if np.isnan(estimate):
            found.append({**row, "note": absent})
        else:
            limits = intervals.of_statistic(statistic, groups)
            found.append({**row, "estimate": estimate, "note": "", **limits})
    return found


def _proportion(successes, trials, absent, intervals):
    if trials == 0:
        return {"note": absent}
    return {"estimate": successes / trials, **intervals.of_proportion(successes, trials)}


def _columns():
    names = "split class decision measure estimate numerator denominator n_positive n_negative"
    sides = [f"{method}_{side}" for method in METHODS for side in ("low", "high")]
    return [*names.split(), "threshold", "method", "low", "high", *sides, "note"]
