"""A comparison of models as it is printed, and how numbers are written in such a table."""

import numpy as np
import pandas as pd

from osteoct.evaluation.comparison import FOLD
from osteoct.evaluation.methods import NAMES

MISSING = "n/a"
PAIRED_NOTE = (
    "Difference and P: DeLong’s paired test on the patients of both, Holm’s correction over all "
    "comparisons of this table; n/a where a group is too small or both rank alike. With fewer than "
    "about ten patients on a side this P says little."
)


def tabulate_comparison(comparison, values, intervals, *, notes=()):
    """The comparison as it is printed, footnotes as last rows with text in the first cell only.

    Parameters
    ----------
    comparison : osteoct.evaluation.comparison.Comparison
    values : DataFrame
        From `comparison.compare`.
    intervals : osteoct.evaluation.methods.Intervals
    notes : list of str
        Footnotes between the comparison's own and those on methods.

    Returns
    -------
    DataFrame of str
    """
    level = f"({intervals.confidence:.0%} CI)"
    limits = ("difference", "difference_low", "difference_high")
    shown = values[values["model"] != FOLD]
    heading = comparison.difference + f" {level}" * comparison.paired
    difference = {heading: texts(shown, *limits, "{:+.3f}")}
    if comparison.paired:
        difference |= {"P": p_texts(shown["p"]), "P (Holm)": p_texts(shown["p_holm"])}
    counts = zip(shown["n_positive"], shown["n_negative"], strict=True)
    columns = {
        "Class": shown["class"].to_numpy(),
        comparison.kind: shown["model"].to_numpy(),
        "Positive / negative": [f"{positive} / {negative}" for positive, negative in counts],
        f"{'Test ' * comparison.paired}AUC {level}": texts(shown, "auc", "low", "high", "{:.3f}"),
        **difference,
        **(comparison.cells(values) if comparison.cells else {}),
    }
    table = pd.DataFrame(columns)
    table.loc[shown["model"].isin(comparison.references).to_numpy(), list(difference)] = ""
    method = f"AUC: one class against the rest, interval by {NAMES[intervals.auc]}."
    last = f"{method} {PAIRED_NOTE}" if comparison.paired else method
    footnotes = pd.DataFrame({"Class": [comparison.note, *notes, last]})
    return pd.concat([table, footnotes], ignore_index=True).fillna("")


def texts(table, estimate, low, high, form):
    """Estimates with their intervals as text.

    Parameters
    ----------
    table : DataFrame
        With the columns `estimate`, `low` and `high`; nan where there is none.
    estimate, low, high : str
    form : str
        Format of one number.

    Returns
    -------
    list of str
    """
    found = []
    for row in table.to_dict("records"):
        if np.isnan(row[estimate]):
            found.append(MISSING)
        elif np.isnan(row[low]):
            found.append(form.format(row[estimate]))
        else:
            limits = f" ({form} to {form})".format(row[low], row[high])
            found.append(form.format(row[estimate]) + limits)
    return found


def p_texts(p_values):
    """P values to three digits, as text."""
    return [MISSING if np.isnan(p) else "<0.001" if p < 0.001 else f"{p:.3f}" for p in p_values]
