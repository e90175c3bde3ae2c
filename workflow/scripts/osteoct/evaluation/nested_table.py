"""The single split beside the nested cross-validation: AUC of every class, with intervals."""

import numpy as np
import pandas as pd

from osteoct.classification.predictions import of_split, reported_classes
from osteoct.cohort.diagnosis import titled
from osteoct.cohort.splits import SPLITS
from osteoct.evaluation.methods import printed_method
from osteoct.evaluation.performance import auc_row
from osteoct.evaluation.performance_table import estimate_text

NESTED, FOLD = "nested", "fold"
HEADINGS = {
    "training": "Single split: training, which taught",
    "validation": "Single split: validation",
    "test": "Single split: test",
    NESTED: "Nested cross-validation: everybody, left out",
}


def compare_splits(predictions, nested, intervals):
    """AUC of each class by every way of judging.

    Parameters
    ----------
    predictions : DataFrame
        Predictions of the study's one model, from `predictions.read_predictions`.
    nested : DataFrame
        From `cross_validation.cross_validate`.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame
        `class`, `judged_on` (training, validation, test, nested, fold), `fold`, `n_positive`,
        `n_negative`, `estimate`, `method`, `low`, `high` and the limits by every method. A single
        fold has few patients and gets no interval.
    """
    rows = []
    for name in reported_classes(predictions):
        judged = {split: of_split(predictions, split) for split in SPLITS} | {NESTED: nested}
        rows += [
            {**_sizes(table, name, how), **auc_row(table, name, intervals)}
            for how, table in judged.items()
        ]
        for number, table in nested.groupby("fold"):
            found = auc_row(table, name, intervals)
            estimate = {"estimate": found.get("estimate", np.nan), "note": found["note"]}
            rows.append({**_sizes(table, name, FOLD), "fold": number, **estimate})
    return pd.DataFrame(rows).drop(columns=["decision", "measure"]).astype({"fold": "Int64"})


def _sizes(table, name, how):
    positive = int(table["diagnosis"].eq(name).sum())
    counts = {"n_positive": positive, "n_negative": len(table) - positive}
    return {"class": name, "judged_on": how, "fold": None, **counts}


def tabulate_nested(values, intervals):
    """The comparison as it is printed, with notes.

    Parameters
    ----------
    values : DataFrame
        From `compare_splits`.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame of str
    """
    rows = []
    for name, here in values.groupby("class", sort=False):
        by_way = here[here["judged_on"].ne(FOLD)].set_index("judged_on")
        cells = {title: estimate_text(by_way.loc[how]) for how, title in HEADINGS.items()}
        folds = here.loc[here["judged_on"].eq(FOLD), "estimate"]
        spread = f"{folds.mean():.3f} ({folds.min():.3f} to {folds.max():.3f})"
        ahead = by_way.loc["test", "estimate"] - by_way.loc[NESTED, "estimate"]
        difference = "n/a" if np.isnan(ahead) else f"{ahead:+.3f}"
        rows.append({"AUC of": titled(name), **cells, "Folds: mean (lowest to highest)": spread})
        rows[-1]["Test minus nested"] = difference
    method = printed_method(values.assign(measure="auc"), "auc")
    notes = [
        f"Intervals: {intervals.confidence:.0%}, {method}. The nested one takes the predictions of "
        "all folds as if one model had made them, and so is somewhat short.",
        f"Of {int(values['fold'].max())} outer folds each was left out once; selection, tuning and "
        "forest learnt anew from the others. The model that the study keeps is not among these.",
    ]
    return pd.DataFrame([*rows, *({"AUC of": note} for note in notes)]).fillna("")
