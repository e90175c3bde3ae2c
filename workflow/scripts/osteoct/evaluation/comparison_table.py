"""The comparison with simpler models as it is printed."""

import numpy as np
import pandas as pd

from osteoct.evaluation.baselines import RADIOMICS
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
    table = rows_of_models(comparison, intervals, difference="Radiomics minus model")
    note = (
        "Fitted on the training patients: multinomial logistic models of mean HU (all of the "
        "outlined femur), neck HU (trabecular bone of the femoral neck), age and sex; and the "
        "study’s random forest given age and sex beside its selected features. Each model is "
        "judged on the patients of whom all it needs is known, as counted. Where the neck is not "
        "found, the patient’s record says why; a model of it needs training patients of two "
        f"classes. AUC: one class against the rest, interval by {NAMES[intervals.auc]}. Difference "
        "and P: DeLong’s paired test on the patients of both models, Holm’s correction over all "
        "comparisons; n/a where a group is too small or the two models rank alike. With fewer than "
        "about ten patients on a side this P says little. A simple model as good as radiomics "
        "means that texture and shape add nothing on these patients."
    )
    return pd.concat([table, pd.DataFrame([{"Class": note}])], ignore_index=True).fillna("")


def rows_of_models(comparison, intervals, *, difference):
    """Models beside radiomics as text, as `rows_of`; radiomics itself is compared with nothing.

    Parameters
    ----------
    comparison : DataFrame
        As `comparators.compare` returns it.
    intervals : osteoct.evaluation.methods.Intervals
    difference : str
        Heading of the difference.

    Returns
    -------
    DataFrame of str
    """
    table = rows_of(comparison, intervals, who="model", difference=difference)
    table["P (Holm)"] = p_texts(comparison["p_holm"])
    table.loc[comparison["model"] == RADIOMICS, table.columns[4:]] = ""
    return table


def rows_of(found, intervals, *, who, difference):
    """AUCs and differences of a comparison as text, one row for each class and model.

    Parameters
    ----------
    found : DataFrame
        `class`, the column `who`, `n_positive`, `n_negative`, `auc`, `low`, `high`, `difference`,
        `difference_low`, `difference_high` and `p`.
    intervals : osteoct.evaluation.methods.Intervals
    who : str
        Column that says whose AUC it is.
    difference : str
        Heading of the difference.

    Returns
    -------
    DataFrame of str
    """
    level = f"({intervals.confidence:.0%} CI)"
    limits = ("difference", "difference_low", "difference_high")
    return pd.DataFrame(
        {
            "Class": found["class"],
            who.capitalize(): found[who],
            "Positive / negative": [
                f"{row.n_positive} / {row.n_negative}" for row in found.itertuples()
            ],
            f"Test AUC {level}": texts(found, "auc", "low", "high", "{:.3f}"),
            f"{difference} {level}": texts(found, *limits, "{:+.3f}"),
            "P": p_texts(found["p"]),
        }
    )


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
