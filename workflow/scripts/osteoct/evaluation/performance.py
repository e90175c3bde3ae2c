"""How good the classifier is, with every number's counts and every interval beside it."""

import numpy as np
import pandas as pd

from osteoct.classification.classified import EVALUATED, PROBABILITIES, codes, of_split
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.agreement import brier_score, macro_auc, quadratic_kappa
from osteoct.evaluation.areas import area, delong_auc, delong_logit_auc, delong_variance
from osteoct.evaluation.intervals import bootstrap, clopper_pearson, exact_auc, newcombe_auc, wilson

METHODS = [
    "wilson",
    "clopper_pearson",
    "newcombe5",
    "exact_auc",
    "delong",
    "delong_logit",
    "bootstrap",
]


def evaluate(classified, thresholds, *, confidence, bootstrap_resamples, rng):
    """Every number of the performance table, one row each.

    Parameters
    ----------
    classified : DataFrame
        As `classified.read_classified` returns it.
    thresholds : dict of str to dict
        As `thresholds.choose_thresholds` returns it; a threshold of None or nan is none.
    confidence : float in (0, 1)
    bootstrap_resamples : int
    rng : numpy.random.Generator

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
        table = of_split(classified, split)
        for name in CLASSES:
            common = {
                "split": split,
                "class": name,
                "n_positive": int((table["diagnosis"] == name).sum()),
                "n_negative": int((table["diagnosis"] != name).sum()),
            }
            found = [area_row(table, name, confidence=confidence)]
            for decision, called, more in decisions(table, name, thresholds[name]):
                for row in proportion_rows(table, name, called, confidence=confidence):
                    found.append({"decision": decision, **row, **more})
            rows += [{**common, **row} for row in found]
        whole = overall_rows(table, confidence=confidence, resamples=bootstrap_resamples, rng=rng)
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


def proportion_rows(table, name, called, *, confidence):
    """Sensitivity, specificity, accuracy and predictive values of one class against the rest.

    Parameters
    ----------
    table : DataFrame
        With a column `diagnosis`.
    name : str
        The class.
    called : ndarray of bool, shape (n_patients,), or None
        Who is called positive; None leaves every estimate missing.
    confidence : float in (0, 1)

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
        rows.append({**counted, **_proportion(successes, trials, absent, confidence)})
    return rows


def area_row(table, name, *, confidence):
    """Area under the ROC curve of one class against the rest, with every interval."""
    is_positive = (table["diagnosis"] == name).to_numpy()
    score = table[f"p_{name}"].to_numpy(float)
    positive, negative = score[is_positive], score[~is_positive]
    if not (positive.size and negative.size):
        absent = "with" if negative.size else "without"
        return {"decision": "", "measure": "auc", "note": f"no patient {absent} {name}"}
    auc, variance = area(positive, negative), delong_variance(positive, negative)
    limits = {
        "newcombe5": newcombe_auc(auc, positive.size, negative.size, confidence=confidence),
        "exact_auc": exact_auc(auc, len(table), confidence=confidence),
        "delong": delong_auc(auc, variance, confidence=confidence),
        "delong_logit": delong_logit_auc(auc, variance, confidence=confidence),
    }
    note = "all probabilities are alike" if np.ptp(score) == 0 else ""
    row = {"decision": "", "measure": "auc", "estimate": auc, "note": note}
    return {**row, **_with_limits(limits, "newcombe5")}


def overall_rows(table, *, confidence, resamples, rng):
    """Macro AUC, quadratic weighted kappa, accuracy and Brier score of all classes at once."""
    truth, predicted = codes(table["diagnosis"]), codes(table["predicted"])
    probabilities = table[PROBABILITIES].to_numpy(float)
    statistics = [
        (
            {"decision": "", "measure": "macro_auc", "note": "not every class is present"},
            lambda rows: macro_auc(truth[rows], probabilities[rows]),
        ),
        (
            {"decision": "argmax", "measure": "kappa", "note": "only one class to agree on"},
            lambda rows: quadratic_kappa(truth[rows], predicted[rows]),
        ),
        (
            {"decision": "", "measure": "brier", "note": "no patient"},
            lambda rows: brier_score(truth[rows], probabilities[rows]),
        ),
    ]
    right, everyone = int((truth == predicted).sum()), np.arange(len(table))
    groups = [np.flatnonzero(truth == code) for code in np.unique(truth)]
    found = [
        {
            "decision": "argmax",
            "measure": "accuracy",
            "numerator": right,
            "denominator": len(table),
            **_proportion(right, len(table), "no patient", confidence),
        }
    ]
    for row, statistic in statistics:
        estimate = statistic(everyone)
        if np.isnan(estimate):
            found.append(row)
            continue
        limits = bootstrap(statistic, groups, resamples=resamples, confidence=confidence, rng=rng)
        known = {"estimate": estimate, "note": ""}
        found.append({**row, **known, **_with_limits({"bootstrap": limits}, "bootstrap")})
    return found


def _proportion(successes, trials, absent, confidence):
    if trials == 0:
        return {"note": absent}
    limits = {
        "wilson": wilson(successes, trials, confidence=confidence),
        "clopper_pearson": clopper_pearson(successes, trials, confidence=confidence),
    }
    return {"estimate": successes / trials, **_with_limits(limits, "wilson")}


def _with_limits(limits, printed):
    row = {"method": printed, "low": limits[printed][0], "high": limits[printed][1]}
    for method, (low, high) in limits.items():
        row |= {f"{method}_low": low, f"{method}_high": high}
    return row


def _columns():
    names = "split class decision measure estimate numerator denominator n_positive n_negative"
    sides = [f"{method}_{side}" for method in METHODS for side in ("low", "high")]
    return [*names.split(), "threshold", "method", "low", "high", *sides, "note"]
