"""The comparison with simpler models as it is printed."""

import numpy as np
import pandas as pd

from osteoct.evaluation.comparators import RADIOMICS
from osteoct.evaluation.methods import NAMES

MISSING = "n/a"


def tabulate_comparison(comparison, intervals):
    """The comparison as it is printed, footnotes as last rows with text in the first cell only.

    Parameters
    ----------
    comparison : DataFrame
        As `comparators.compare` returns it.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame of str
    """
    level = f"({intervals.confidence:.0%} CI)"
    table = pd.DataFrame(
        {
            "Class": comparison["class"],
            "Model": comparison["model"],
            "Positive / negative": [
                f"{row.n_positive} / {row.n_negative}" for row in comparison.itertuples()
            ],
            f"Test AUC {level}": _texts(comparison, "auc", "low", "high", "{:.3f}"),
            f"Radiomics minus model {level}": _texts(
                comparison, "difference", "difference_low", "difference_high", "{:+.3f}"
            ),
            "P": _p_texts(comparison, "p"),
            "P (Holm)": _p_texts(comparison, "p_holm"),
        }
    )
    note = (
        "Fitted on the training patients: multinomial logistic models of mean HU, age and sex; and "
        "the study’s random forest given age and sex beside its selected features. AUC: one class "
        f"against the rest, interval by {NAMES[intervals.auc]}. Difference and P: DeLong’s paired "
        "test on the patients of both models, Holm’s correction over all comparisons; n/a where a "
        "group is too small or the two models rank alike. With fewer than about ten patients on a "
        "side this P says little. A simple model as good as radiomics means that texture and shape "
        "add nothing on these patients."
    )
    return pd.concat([table, pd.DataFrame([{"Class": note}])], ignore_index=True).fillna("")


def _texts(table, estimate, low, high, form):
    """Estimates with their intervals; radiomics is not compared with itself."""
    texts = []
    for row in table.to_dict("records"):
        if np.isnan(row[estimate]):
            itself = row["model"] == RADIOMICS and estimate == "difference"
            texts.append("" if itself else MISSING)
        elif np.isnan(row[low]):
            texts.append(form.format(row[estimate]))
        else:
            limits = f" ({form} to {form})".format(row[low], row[high])
            texts.append(form.format(row[estimate]) + limits)
    return texts


def _p_texts(table, column):
    """P values to three digits; none for radiomics itself."""
    texts = []
    for model, p_value in zip(table["model"], table[column], strict=True):
        if np.isnan(p_value):
            texts.append("" if model == RADIOMICS else MISSING)
        else:
            texts.append("<0.001" if p_value < 0.001 else f"{p_value:.3f}")
    return texts
