"""Models beside a reference: AUC, difference, intervals and P, one row for each class and model."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from osteoct.classification.predictions import of_split, reported_classes
from osteoct.cohort.splits import SPLITS
from osteoct.evaluation.auc import delong_test
from osteoct.evaluation.intervals import normal_quantile
from osteoct.evaluation.methods import AUC
from osteoct.evaluation.performance import auc_row

NESTED, FOLD = "nested", "fold"
HEAD = ["class", "model"]
VALUES = [
    *("n_positive", "n_negative", "auc", "low", "high", "note"),
    *("difference", "difference_low", "difference_high", "p", "p_holm", "method"),
    *(f"{method}_{end}" for method in AUC for end in ("low", "high")),
]


@dataclass(frozen=True)
class Comparison:
    """What is compared, and how its table names it.

    Parameters
    ----------
    purpose : str
        Of the study's random stream that its bootstraps draw from.
    kind : str
        What a model is in this comparison: heading of the column of names.
    references : tuple of str
        Names of the rows that are compared with nothing. In a paired comparison it is one: what
        the study's own predictions are called.
    difference : str
        Heading of the differences.
    note : str
        First footnote.
    paired : bool
        Whether every model predicts the reference's patients, as `compare_models` needs; otherwise
        `compare_splits` compares.
    model_first : bool
        Whether the difference is model minus reference, not reference minus model.
    same_patients : bool
        Whether the reference, too, counts only those patients whom the model predicted.
    more : callable or None
        ``more(reference, models, beside)``: DataFrame with more values by `model`, or by `class`
        and `model`. `beside` is what else the comparison reads, a list.
    cells : callable or None
        ``cells(values)``: dict of more printed columns; single folds are not printed.
    notes : callable or None
        ``notes(reference, models, beside)``: list of more footnotes.
    """

    purpose: str
    kind: str
    references: tuple
    difference: str
    note: str
    paired: bool = True
    model_first: bool = False
    same_patients: bool = False
    more: Callable | None = None
    cells: Callable | None = None
    notes: Callable | None = None


def compare(comparison, reference, models, intervals, *, beside=()):
    """Values of one comparison.

    Parameters
    ----------
    comparison : Comparison
    reference : DataFrame
        The study's own predictions, as `predictions.read_predictions` returns them.
    models : DataFrame
        The same columns and `model`, the rows of one model below those of another.
    intervals : osteoct.evaluation.methods.Intervals
    beside : list
        What `comparison.more` needs.

    Returns
    -------
    DataFrame
        `class`, `model`, the comparison's own columns, `n_positive`, `n_negative`, `auc`, `low`,
        `high`, `note` (why an AUC is missing), `difference` with its limits, `p` and `p_holm` (Holm
        over the table); then `method`, of the printed interval, and the limits by every method.
    """
    compute = compare_models if comparison.paired else compare_splits
    values = pd.DataFrame(compute(comparison, reference, models, intervals))
    if comparison.more:
        values = values.merge(comparison.more(reference, models, beside), how="left")
    more = [name for name in values if name not in {*HEAD, *VALUES}]
    values = values.reindex(columns=[*HEAD, *more, *VALUES])
    return values.assign(p_holm=holm(values["p"]))


def compare_models(comparison, reference, models, intervals):
    """Rows of the reference and every model, on the same test patients.

    Parameters and returns are those of `compare`; a list of dict.
    """
    test, rows = of_split(reference, "test"), []
    tables = {
        name: of_split(models[models["model"] == name], "test") for name in models["model"].unique()
    }
    if comparison.same_patients:
        test = test[test["patient"].isin(models["patient"])].reset_index(drop=True)
        tables = {name: test[["patient"]].merge(table) for name, table in tables.items()}
    for name in reported_classes(reference):
        row = {"class": name, "model": comparison.references[0]}
        rows.append(row | auc_columns(test, name, intervals))
        for model, table in tables.items():
            pair = (table, test) if comparison.model_first else (test, table)
            row = {"class": name, "model": model, **auc_columns(table, name, intervals)}
            rows.append(row | auc_difference(*pair, name, intervals.confidence))
    return rows


def compare_splits(comparison, reference, models, intervals):
    """Rows of one model on its own splits, and of nested cross-validation.

    Only the AUCs are computed as in `compare_models`. The patients are others (test patients
    here, everybody there), and each outer fold is predicted by another model: a paired test would
    test nothing. So the difference, test minus nested, has neither interval nor P, and a single
    fold, of few patients, has an AUC without interval.

    Parameters and returns are those of `compare`; a list of dict. Rows have `fold`, from 1, where
    they are of one fold.
    """
    rows = []
    for name in reported_classes(reference):
        tables = {split: of_split(reference, split) for split in SPLITS} | {NESTED: models}
        found = {how: auc_columns(table, name, intervals) for how, table in tables.items()}
        found[NESTED]["difference"] = found["test"]["auc"] - found[NESTED]["auc"]
        rows += [{"class": name, "model": how, "fold": None, **row} for how, row in found.items()]
        for number, table in models.groupby("fold"):
            of_fold = auc_columns(table, name, intervals)
            kept = {key: of_fold[key] for key in ("n_positive", "n_negative", "auc", "note")}
            rows.append({"class": name, "model": FOLD, "fold": number, **kept})
    return pd.DataFrame(rows).astype({"fold": "Int64"})


def auc_columns(table, name, intervals):
    """AUC of one class with every interval, and the patients it rests on: a dict."""
    row = auc_row(table, name, intervals)
    positives = int((table["diagnosis"] == name).sum())
    row = {"auc": row.pop("estimate", np.nan), **row}
    row |= {"n_positive": positives, "n_negative": len(table) - positives}
    return {key: value for key, value in row.items() if key in VALUES}


def auc_difference(one, other, name, confidence):
    """AUC of one model minus that of another on the patients of both, by DeLong's paired test.

    Parameters
    ----------
    one, other : DataFrame
        Predictions; they are paired by patient.
    name : str
        The class, against the rest.
    confidence : float in (0, 1)

    Returns
    -------
    dict
        `difference`, its Wald limits, cut off at -1 and 1, and `p`; nan where there is none.
    """
    both = one.merge(other, on="patient", suffixes=("", "_other"))
    difference, error, p_value = delong_test(
        both["diagnosis"] == name, both[f"p_{name}"], both[f"p_{name}_other"]
    )
    margin = normal_quantile(confidence) * error
    return {
        "difference": difference,
        "difference_low": max(-1.0, difference - margin) if margin > 0 else np.nan,
        "difference_high": min(1.0, difference + margin) if margin > 0 else np.nan,
        "p": p_value,
    }


def holm(p_values):
    """Holm's correction over the P values that exist.

    References
    ----------
    Holm S (1979). Scand J Stat 6(2):65-70.
    """
    corrected = np.full(len(p_values), np.nan)
    known = p_values.notna().to_numpy()
    if known.any():
        corrected[known] = multipletests(p_values[known], method="holm")[1]
    return corrected
