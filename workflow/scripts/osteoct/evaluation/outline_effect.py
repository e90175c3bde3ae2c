"""How an automatic outline moves the answer: the same model on the reader's outline instead."""

import pandas as pd

from osteoct.classification.predictions import COLUMNS
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.baselines import auc_difference, sizes
from osteoct.evaluation.comparison_table import rows_of

AUTOMATIC, READER = "automatic", "reader"


def pair(automatic, reader):
    """The test patients who were classified from both outlines.

    Parameters
    ----------
    automatic, reader : DataFrame
        With the columns of `predictions.COLUMNS`.

    Returns
    -------
    DataFrame
        One row per patient: those columns of the automatic outline; `predicted_reader` and
        `p_*_reader`; `changed`, whether the two classes differ.
    """
    test = automatic.loc[automatic["split"] == "test", COLUMNS]
    other = reader[COLUMNS].drop(columns=["split", "diagnosis"])
    both = test.merge(other, on="patient", suffixes=("", f"_{READER}"), validate="1:1")
    return both.assign(changed=both["predicted"] != both[f"predicted_{READER}"])


def effect(pairs, intervals):
    """AUC of every class from either outline, and the difference.

    Parameters
    ----------
    pairs : DataFrame
        From `pair`.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame
        One row per class and outline: `class`, `outline`, `n_positive`, `n_negative`, `auc`, `low`,
        `high`; in the rows of the reader `difference` (automatic minus reader), its DeLong interval
        and `p`; in all rows `n_changed`, patients of that class whose predicted class differs.
    """
    automatic = pairs[COLUMNS]
    reader = automatic.assign(
        **{name: pairs[f"{name}_{READER}"] for name in COLUMNS if f"{name}_{READER}" in pairs}
    )
    rows = []
    for name in CLASSES:
        changed = int(pairs.loc[pairs["diagnosis"] == name, "changed"].sum())
        for outline, table in ((AUTOMATIC, automatic), (READER, reader)):
            found = {"class": name, "outline": outline, "n_changed": changed}
            rows.append({**found, **sizes(table, name, intervals)})
        rows[-1] |= auc_difference(automatic, reader, name, intervals.confidence)
    return pd.DataFrame(rows)


def tabulate_effect(found, pairs, intervals):
    """The effect as it is printed; the last row is a footnote with text in the first cell only.

    Parameters
    ----------
    found : DataFrame
        From `effect`.
    pairs : DataFrame
        From `pair`.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame of str
    """
    table = rows_of(found, intervals, who="outline", difference="Automatic minus reader")
    automatic = found["outline"] == AUTOMATIC
    table.loc[automatic, table.columns[4:]] = ""
    table["Class changed"] = found["n_changed"].astype(str).where(automatic, "")
    note = (
        f"{int(pairs['changed'].sum())} of {len(pairs)} test patients are given another class from "
        "the reader’s outline. The model is the same, fitted on automatic outlines; features are "
        "measured again within the reader’s. Difference and P: DeLong’s paired test, uncorrected."
    )
    return pd.concat([table, pd.DataFrame([{"Class": note}])], ignore_index=True).fillna("")
