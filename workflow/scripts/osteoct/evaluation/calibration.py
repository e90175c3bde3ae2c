"""Calibration of the probabilities: slope, intercept, Brier score and bins."""

import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm

from osteoct.classification.predictions import (
    EVALUATED,
    classes_of,
    codes,
    of_split,
    probabilities_of,
)
from osteoct.evaluation.agreement import brier_losses
from osteoct.evaluation.auc import roc_auc
from osteoct.evaluation.intervals import normal_quantile
from osteoct.evaluation.temperature import MIN_PROBABILITY, apply_temperature, log_loss

FORMS = ("as given", "after temperature scaling")
ENDS = ("", "_low", "_high")
COLUMNS = [
    *("split", "form", "class", "n_positive", "n_negative", "predicted"),
    *(f"{name}{end}" for name in ("observed", "intercept", "slope", "brier") for end in ENDS),
    *("scaled_brier", "log_loss", "note"),
]
MAX_ERROR = 100  # standard error of a log-odds, from which on a fit counts as diverged


def calibrate(predictions, temperature, intervals):
    """Calibration of every class in validation and test, before and after temperature scaling.

    Parameters
    ----------
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    temperature : float > 0
        From `temperature.fit_temperature`.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame
        `split`, `form` (of `FORMS`), `class` (or all), `n_positive`, `n_negative`, `predicted` and
        `observed` fraction, and of `intercept`, `slope`, `brier`, `scaled_brier` and `log_loss` the
        estimate, with `_low` and `_high` where there is an interval; `note`.
    """
    rows = []
    for split in EVALUATED:
        table = of_split(predictions, split)
        classes, given = classes_of(table), probabilities_of(table)
        truth = codes(table["diagnosis"], classes)
        softened = apply_temperature(given, temperature)
        for form, probabilities in zip(FORMS, (given, softened), strict=True):
            common = {"split": split, "form": form}
            for code, name in enumerate(classes):
                of_class = class_row(truth == code, probabilities[:, code], intervals)
                odds = recalibrate(truth == code, probabilities[:, code], intervals.confidence)
                rows.append({**common, "class": name, **of_class, **odds})
            kept = np.clip(probabilities, MIN_PROBABILITY, 1)
            whole = whole_row(truth, kept, probabilities, intervals)
            rows.append({**common, "class": "all", **whole})
    return pd.DataFrame(rows, columns=COLUMNS).fillna({"note": ""})


def class_row(is_positive, probability, intervals):
    """Fractions predicted and observed, Brier score (0 to 1), plain and scaled."""
    positives, patients = int(is_positive.sum()), len(is_positive)
    row = {"n_positive": positives, "n_negative": patients - positives}
    if not patients:
        return row
    errors = (probability - is_positive) ** 2
    groups = [group for group in map(np.flatnonzero, (is_positive, ~is_positive)) if group.size]
    limits = intervals.of_statistic(lambda rows: errors[rows].mean(), groups)
    fraction = positives / patients
    by_chance = fraction * (1 - fraction)
    observed = intervals.of_proportion(positives, patients)
    return {
        **row,
        "predicted": probability.mean(),
        "observed": fraction,
        **{f"observed_{end}": observed[end] for end in ("low", "high")},
        **{"brier": errors.mean(), "brier_low": limits["low"], "brier_high": limits["high"]},
        "scaled_brier": 1 - errors.mean() / by_chance if by_chance else np.nan,
    }


def whole_row(truth, kept, probabilities, intervals):
    """Brier score (0 to 2) and log-loss of all classes at once."""
    if not len(truth):
        return {"note": "no patient"}
    groups = [np.flatnonzero(truth == code) for code in np.unique(truth)]
    losses = brier_losses(truth, probabilities)
    limits = intervals.of_statistic(lambda rows: losses[rows].mean(), groups)
    return {
        **{"brier": losses.mean(), "log_loss": log_loss(truth, kept)},
        **{"brier_low": limits["low"], "brier_high": limits["high"]},
    }


def recalibrate(is_positive, probability, confidence):
    """Calibration in the large and calibration slope of one class against the rest.

    Intercept: log-odds by which the class is commoner (above 0) or rarer than predicted, the slope
    held at 1. Slope: of the truth's log-odds on the predicted ones; below 1 the probabilities are
    too extreme. Wald intervals.

    Parameters
    ----------
    is_positive : ndarray of bool, shape (n_patients,)
    probability : ndarray of float, shape (n_patients,)
        Nearer to 0 or 1 than `MIN_PROBABILITY` they count as that far away.
    confidence : float in (0, 1)

    Returns
    -------
    dict
        `intercept`, `slope`, each with `_low` and `_high`, and `note`, which says why one is
        missing: too few patients, or groups that the probability separates without a miss.

    References
    ----------
    Cox DR (1958). Biometrika 45:562-565. doi:10.1093/biomet/45.3-4.562
    Van Calster B et al. (2019). BMC Med 17:230. doi:10.1186/s12916-019-1466-7
    """
    if min(is_positive.sum(), (~is_positive).sum()) < 2:
        return {"note": "fewer than two patients on a side"}
    kept = np.clip(probability, MIN_PROBABILITY, 1 - MIN_PROBABILITY)
    odds, one = np.log(kept / (1 - kept)), np.ones(len(kept))
    found = {"intercept": _logistic(is_positive, one[:, None], odds)[0]}
    separated = roc_auc(probability[is_positive], probability[~is_positive]) in (0, 1)
    slope = (
        (np.nan, np.nan)
        if separated or np.ptp(odds) == 0
        else (_logistic(is_positive, np.column_stack([one, odds]), None)[1])
    )
    found["slope"] = slope
    row, z = {}, normal_quantile(confidence)
    for name, (estimate, error) in found.items():
        row |= {name: estimate, f"{name}_low": estimate - z * error}
        row |= {f"{name}_high": estimate + z * error}
    return {**row, "note": "" if np.isfinite(slope[0]) else "no slope: the groups are separated"}


def _logistic(is_positive, columns, offset):
    """Coefficients and standard errors of a logistic regression; nan where it diverges."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = sm.GLM(is_positive.astype(float), columns, sm.families.Binomial(), offset=offset)
        fit = model.fit()
    if not (fit.converged and np.all(fit.bse < MAX_ERROR)):
        return [(np.nan, np.nan)] * columns.shape[1]
    return list(zip(fit.params.tolist(), fit.bse.tolist(), strict=True))


def reliability(is_positive, probability, intervals, *, max_bins=5, min_patients=5):
    """Patients in bins of like probability: what was predicted, and what was observed.

    Parameters
    ----------
    is_positive : ndarray of bool, shape (n_patients,)
    probability : ndarray of float, shape (n_patients,)
    intervals : osteoct.evaluation.methods.Intervals
    max_bins, min_patients : int
        Of all bins, and of each: a small cohort has fewer bins.

    Returns
    -------
    DataFrame
        `patients`, `predicted` (mean), `observed` (fraction), `low`, `high`; bins of equal size, by
        rising probability.
    """
    count = min(max_bins, max(1, len(probability) // min_patients)) if len(probability) else 0
    order = np.argsort(probability, kind="stable")
    rows = []
    for members in np.array_split(order, count) if count else []:
        positives = int(is_positive[members].sum())
        limits = intervals.of_proportion(positives, len(members))
        rows.append(
            {"patients": len(members), "predicted": probability[members].mean()}
            | {"observed": positives / len(members), "low": limits["low"], "high": limits["high"]}
        )
    return pd.DataFrame(rows, columns=["patients", "predicted", "observed", "low", "high"])
