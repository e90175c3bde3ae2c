"""Upper limit of the accuracy, given the measurement error of the reference."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from osteoct.classification.predictions import EVALUATED

MEASURE = "accuracy_ceiling"


def repeat_agreement(t_scores, errors, *, osteopenia_below, osteoporosis_at_or_below):
    """Probability that a second reference measurement gives each patient the same class.

    The measured T-score is taken as the true one, and the second measurement as normal about it.

    Parameters
    ----------
    t_scores, errors : array-like of float, shape (n_patients,)
        Measured T-scores, and the standard deviation of a repeat in T-scores, above 0.
    osteopenia_below, osteoporosis_at_or_below : float
        Edges of the classes, as of `diagnosis.diagnose`.

    Returns
    -------
    ndarray of float, shape (n_patients,)
        nan where a T-score or its error is not known.

    Examples
    --------
    >>> edges = {"osteopenia_below": -1.0, "osteoporosis_at_or_below": -2.5}
    >>> repeat_agreement([-1.0, -4.0], [0.3, 0.3], **edges).round(3)
    array([0.5, 1. ])
    """
    t_scores, errors = np.asarray(t_scores, float), np.asarray(errors, float)
    edges = np.array([-np.inf, osteoporosis_at_or_below, osteopenia_below, np.inf])
    below = norm.cdf((edges[:, None] - t_scores) / errors)
    inside = np.digitize(t_scores, edges[1:-1])
    inside = np.where(t_scores == osteoporosis_at_or_below, 0, inside)
    patients = np.arange(t_scores.size)
    return below[inside + 1, patients] - below[inside, patients]


def ceiling_rows(cohort, predictions, *, precision_t_scores, edges):
    """Best accuracy to be expected in each split: rows for the performance values.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `t_score` and the deciding `region`.
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    precision_t_scores : dict of str to float
        Standard deviation of a repeat measurement in T-scores, by region.
    edges : dict
        Keyword arguments of `repeat_agreement`.

    Returns
    -------
    DataFrame
        `split`, `class` (all), `decision` (argmax), `measure`, `estimate` (nan where the precision
        of a region is not known) and `note`. No row where the cohort has no T-scores at
        all, as in a study that starts from a table of features.
    """
    if "t_score" not in cohort:
        return pd.DataFrame(columns=["split", "class", "measure"])
    known = predictions.merge(cohort[["patient", "t_score", "region"]], on="patient")
    errors = known["region"].map(precision_t_scores)
    known["same"] = repeat_agreement(known["t_score"], errors, **edges)
    rows = []
    for split in EVALUATED:
        same = known.loc[known["split"] == split, "same"]
        estimate = np.nan if same.isna().any() else same.mean()
        note = "the precision of a deciding region is not configured" if np.isnan(estimate) else ""
        rows.append(
            {"split": split, "class": "all", "decision": "argmax", "measure": MEASURE}
            | {"estimate": estimate, "method": "", "note": note if len(same) else "no patient"}
        )
    return pd.DataFrame(rows)
