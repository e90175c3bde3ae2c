"""Performance in the subgroups of the test patients: sex, age, dose and site."""

from itertools import pairwise

import numpy as np
import pandas as pd

from osteoct.classification.predictions import codes, of_split
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.agreement import quadratic_kappa
from osteoct.evaluation.methods import NAMES
from osteoct.evaluation.performance import auc_row, proportion_rows
from osteoct.evaluation.performance_table import estimate_text

TOO_FEW = "too few"


def subgroups(cohort, *, age_bands, dose_bands_mgy_cm):
    """Which subgroup each patient belongs to, one column for each way of dividing them.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `sex`, `age` and, where the study's own table has them, `dlp_mgy_cm` and `site`.
    age_bands : list of float
        Ages at which a new band starts, rising.
    dose_bands_mgy_cm : list of float
        Dose-length products at which a new band starts, rising.

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


def _banded(values, starts):
    """Which band each value lies in, named by where the band starts and ends."""
    names = [f"below {starts[0]:g}"]
    names += [f"{low:g} to below {high:g}" for low, high in pairwise(starts)]
    names.append(f"{starts[-1]:g} and above")
    return pd.cut(values.to_numpy(float), [-np.inf, *starts, np.inf], right=False, labels=names)


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
            rows += [{**head, **row} for row in _measures(table, intervals)]
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = [
    *("division", "subgroup", "patients", "class", "n_positive", "n_negative", "measure"),
    *("estimate", "numerator", "denominator", "method", "low", "high", "note"),
]


def _measures(table, intervals):
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


def tabulate_subgroups(values, intervals, *, min_patients):
    """Table S2: accuracy and, for each class, AUC, sensitivity and specificity by subgroup.

    Parameters
    ----------
    values : DataFrame
        As `evaluate_subgroups` returns it.
    intervals : osteoct.evaluation.methods.Intervals
    min_patients : int
        Of fewer patients than this counts are printed and nothing else.

    Returns
    -------
    DataFrame of str
        A row with text in its first cell only is a heading, at the end of the table a footnote.
    """
    level = f"({intervals.confidence:.0%} CI)"
    rows = []
    for division, part in values.groupby("division", sort=False):
        rows.append({"Subgroup": division})
        for subgroup, here in part.groupby("subgroup", sort=False):
            rows += _rows(str(subgroup), here, level, min_patients)
    return pd.DataFrame([*rows, *_notes(intervals, min_patients)]).fillna("")


def _rows(subgroup, here, level, min_patients):
    patients = int(here["patients"].iloc[0])
    whole = here[here["class"] == "all"].set_index("measure")
    right = whole.loc["accuracy", "numerator"]
    few = patients < min_patients
    yield {
        "Subgroup": f"{subgroup[:1].upper()}{subgroup[1:]} (n = {patients})",
        "Class": "all",
        "Positive / negative": "",
        f"AUC {level}": "",
        f"Sensitivity {level}": "",
        f"Specificity {level}": "",
        f"Accuracy {level}": f"{right:.0f} of {patients}; {TOO_FEW}"
        if few
        else estimate_text(whole.loc["accuracy"]),
    }
    for name in CLASSES:
        of_class = here[here["class"] == name].set_index("measure")
        sizes = of_class.iloc[0]
        row = {
            "Class": name,
            "Positive / negative": f"{sizes['n_positive']:.0f} / {sizes['n_negative']:.0f}",
        }
        for measure, title in (("sensitivity", "Sensitivity"), ("specificity", "Specificity")):
            row[f"{title} {level}"] = _fraction(of_class.loc[measure], few)
        row[f"AUC {level}"] = TOO_FEW if few else estimate_text(of_class.loc["auc"])
        yield row


def _fraction(row, few):
    """A proportion with its interval, or as counts where there are too few patients."""
    if few:
        return f"{row['numerator']:.0f} of {row['denominator']:.0f}"
    return estimate_text(row)


def _notes(intervals, min_patients):
    yield {
        "Subgroup": "Test patients, decided by the most probable class. Subgroups of fewer than "
        f"{min_patients} patients show counts and no conclusion. Intervals: "
        f"{NAMES[intervals.proportion]}; of the AUC {NAMES[intervals.auc]}. No subgroup was "
        "chosen after seeing a result, no difference between subgroups is tested, and nothing is "
        "corrected for their number. Dose grows with body size and length of the scan. Patients "
        "whose sex, age, dose or site is not known are in no subgroup of it."
    }
