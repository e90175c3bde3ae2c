"""Does it work for everybody? Performance in the test patients of each sex, age, dose and site."""

from itertools import pairwise

import numpy as np
import pandas as pd

from osteoct.classification.predictions import codes, of_split
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.agreement import quadratic_kappa
from osteoct.evaluation.performance import auc_row, proportion_rows


def subgroups(cohort, *, age_bands, dose_bands_mgy_cm):
    """Which subgroup each patient belongs to, one column for each way of dividing them.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `sex`, `age` and, where the study's own table has them, `dlp_mgy_cm` and `site`.
    age_bands : list of float
        Ages at which a new band begins, rising.
    dose_bands_mgy_cm : list of float
        Dose-length products at which a new band begins, rising.

    Returns
    -------
    DataFrame
        Indexed by patient: `Sex`, `Age`, and perhaps the dose and `Site`, ordered categories; nan
        where unknown.
    """
    table = pd.DataFrame(index=cohort["patient"])
    sexes = cohort["sex"].map({"F": "women", "M": "men"}).to_numpy()
    table["Sex"] = pd.Categorical(sexes, ["women", "men"])
    table["Age"] = _banded(cohort["age"], age_bands)
    if "dlp_mgy_cm" in cohort and cohort["dlp_mgy_cm"].notna().any():
        table["Dose-length product, mGy·cm"] = _banded(cohort["dlp_mgy_cm"], dose_bands_mgy_cm)
    if "site" in cohort and cohort["site"].notna().any():
        table["Site"] = pd.Categorical(cohort["site"].to_numpy())
    return table


def _banded(values, begins):
    """Which band each value lies in, named by where the band begins and ends."""
    names = [f"below {begins[0]:g}"]
    names += [f"{low:g} to below {high:g}" for low, high in pairwise(begins)]
    names.append(f"{begins[-1]:g} and above")
    return pd.cut(values.to_numpy(float), [-np.inf, *begins, np.inf], right=False, labels=names)


def evaluate_subgroups(predictions, groups, intervals):
    """Performance of every subgroup of the test patients.

    Parameters
    ----------
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    groups : DataFrame
        As `subgroups` returns it.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame
        `division`, `subgroup`, `patients`, `class` (or all), `n_positive`, `n_negative`,
        `measure`, `estimate`, `numerator`, `denominator`, `method`, `low`, `high`, `note`.
    """
    test = of_split(predictions, "test")
    rows = []
    for division in groups:
        of_patient = groups[division].reindex(test["patient"]).to_numpy()
        for subgroup in groups[division].cat.categories:
            table = test[of_patient == subgroup].reset_index(drop=True)
            head = {"division": division, "subgroup": subgroup, "patients": len(table)}
            rows += [{**head, **row} for row in _rows(table, intervals)]
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = [
    *("division", "subgroup", "patients", "class", "n_positive", "n_negative", "measure"),
    *("estimate", "numerator", "denominator", "method", "low", "high", "note"),
]


def _rows(table, intervals):
    """All measures of one subgroup, at the most probable class."""
    truth, predicted = codes(table["diagnosis"]), codes(table["predicted"])
    right = int((truth == predicted).sum())
    whole = {"class": "all", "measure": "accuracy", "numerator": right, "denominator": len(table)}
    if len(table):
        whole |= {"estimate": right / len(table), **intervals.of_proportion(right, len(table))}
    yield whole
    kappa = {"class": "all", "measure": "kappa", "estimate": quadratic_kappa(truth, predicted)}
    yield kappa
    for name in CLASSES:
        is_positive = (table["diagnosis"] == name).to_numpy()
        sizes = {"n_positive": int(is_positive.sum()), "n_negative": int((~is_positive).sum())}
        called = (table["predicted"] == name).to_numpy()
        found = [auc_row(table, name, intervals)]
        found += proportion_rows(table, name, called, intervals)[:2]
        yield from ({"class": name, **sizes, **row} for row in found)
