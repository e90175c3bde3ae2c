"""The relation of CT number and T-score as it is printed, with those of other authors."""

import numpy as np
import pandas as pd

from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.comparison_table import MISSING, texts
from osteoct.evaluation.density import correlation


def tabulate_relation(found, published, *, at_t_score, confidence):
    """This run's relation, then the published ones.

    Parameters
    ----------
    found : DataFrame
        From `relation.relate`.
    published : DataFrame
        resources/claims/density.csv: `measurement`, `source`, `patients`, `r` or `r_squared`, `hu`
        at the T-score of osteoporosis, `hu_normal` and the like; nan where nothing was printed.
    at_t_score, confidence : float
        As of `relation.relate`.

    Returns
    -------
    DataFrame of str
        A row with text in its first cell only is a heading, at the end of the table a footnote.
    """
    heads = ("This run", "Published")
    parts = [found.assign(source=""), _with_limits(published, confidence)]
    rows = []
    for head, part in zip(heads, parts, strict=True):
        rows += [pd.DataFrame([{"Measurement": head}]), _rows(part, at_t_score, confidence)]
    note = (
        "CT number on T-score by least squares, all included patients of this run who were "
        "measured; limits of the line are Student’s, of r Fisher’s (of published r, from its own "
        "number of patients). Where only R² was printed, r is its root. A published CT number at "
        f"T = {at_t_score:g} is a cut-off for osteoporosis, not the value of a line. Scanner, "
        "voltage, region and reference of the T-scores differ between the rows."
    )
    return pd.concat([*rows, pd.DataFrame([{"Measurement": note}])]).fillna("")


def _with_limits(published, confidence):
    """Published relations with the columns of this run's."""
    r = published["r"].fillna(np.sqrt(published["r_squared"]))
    limits = [correlation(*pair, confidence) for pair in zip(r, published["patients"], strict=True)]
    return published.drop(columns="r").join(pd.DataFrame(limits))


def _rows(part, at_t_score, confidence):
    level = f"({confidence:.0%} CI)"
    names = ("slope", "intercept", "hu")
    wanted = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    part = part.reindex(columns=list(dict.fromkeys([*part.columns, *wanted])))
    source = part["source"].where(part["source"] == "", " (" + part["source"] + ")")
    means = [[MISSING if np.isnan(v) else f"{v:.0f}" for v in part[f"hu_{c}"]] for c in CLASSES]
    return pd.DataFrame(
        {
            "Measurement": part["measurement"] + source,
            "Patients": part["patients"].astype(str),
            f"Slope, HU per T-score {level}": _limits(part, "slope", "{:.1f}"),
            f"HU at T = 0 {level}": _limits(part, "intercept", "{:.0f}"),
            f"HU at T = {at_t_score:g} {level}": _limits(part, "hu", "{:.0f}"),
            f"r {level}": _limits(part, "r", "{:.2f}"),
            "Mean HU, " + " / ".join(CLASSES): [
                " / ".join(row) for row in zip(*means, strict=True)
            ],
        }
    )


def _limits(part, name, form):
    return texts(part, name, f"{name}_low", f"{name}_high", form)
