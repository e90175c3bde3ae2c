"""Does it work for everybody? Performance in the test patients of each sex, age and site."""

from itertools import pairwise

import numpy as np
import pandas as pd

from osteoct.classification.classified import codes, of_split
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.agreement import quadratic_kappa
from osteoct.evaluation.performance import area_row, proportion_rows


def subgroups(cohort, *, age_bands):
    """Which subgroup each patient belongs to, one column for each way of dividing them.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `sex`, `age` and, where the study's own table has it, `site`.
    age_bands : list of float
        Ages at which a new band begins, rising.

    Returns
    -------
    DataFrame
        Indexed by patient: `Sex`, `Age` and perhaps `Site`, ordered categories; nan where unknown.
    """
    table = pd.DataFrame(index=cohort["patient"])
    sexes = cohort["sex"].map({"F": "women", "M": "men"}).to_numpy()
    table["Sex"] = pd.Categorical(sexes, ["women", "men"])
    edges = [-np.inf, *age_bands, np.inf]
    names = [f"below {age_bands[0]:g}"]
    names += [f"{low:g} to below {high:g}" for low, high in pairwise(age_bands)]
    names.append(f"{age_bands[-1]:g} and above")
    table["Age"] = pd.cut(cohort["age"].to_numpy(float), edges, right=False, labels=names)
    if "site" in cohort and cohort["site"].notna().any():
        table["Site"] = pd.Categorical(cohort["site"].to_numpy())
    return table


def evaluate_subgroups(classified, groups, intervals):
    """Performance of every subgroup of the test patients.

    Parameters
    ----------
    classified : DataFrame
        As `classified.read_classified` returns it.
    groups : DataFrame
        As `subgroups` returns it.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame
        `division`, `subgroup`, `patients`, `class` (or all), `n_positive`, `n_negative`,
        `measure`, `estimate`, `numerator`, `denominator`, `method`, `low`, `high`, `note`.
    """
    test = of_split(classified, "test")
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
        found = [area_row(table, name, intervals)]
        found += proportion_rows(table, name, called, intervals)[:2]
        yield from ({"class": name, **sizes, **row} for row in found)
