"""Table S2: the subgroups as they are printed, the small ones by their counts alone."""

import pandas as pd

from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.methods import NAMES
from osteoct.evaluation.performance_table import estimate_text

TOO_FEW = "too few"


def tabulate_subgroups(values, intervals, *, smallest):
    """Table S2: accuracy and, for each class, AUC, sensitivity and specificity by subgroup.

    Parameters
    ----------
    values : DataFrame
        As `subgroups.evaluate_subgroups` returns it.
    intervals : osteoct.evaluation.methods.Intervals
    smallest : int
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
            rows += _rows(str(subgroup), here, level, smallest)
    return pd.DataFrame([*rows, *_notes(intervals, smallest)]).fillna("")


def _rows(subgroup, here, level, smallest):
    patients = int(here["patients"].iloc[0])
    whole = here[here["class"] == "all"].set_index("measure")
    right = whole.loc["accuracy", "numerator"]
    few = patients < smallest
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
            row[f"{title} {level}"] = _share(of_class.loc[measure], few)
        row[f"AUC {level}"] = TOO_FEW if few else estimate_text(of_class.loc["auc"])
        yield row


def _share(row, few):
    """A proportion with its interval, or as counts where there are too few patients."""
    if few:
        return f"{row['numerator']:.0f} of {row['denominator']:.0f}"
    return estimate_text(row)


def _notes(intervals, smallest):
    yield {
        "Subgroup": "Test patients, decided by the most probable class. Subgroups of fewer than "
        f"{smallest} patients show counts and no conclusion. Intervals: "
        f"{NAMES[intervals.proportion]}; of the AUC {NAMES[intervals.auc]}. No subgroup was "
        "chosen after seeing a result, no difference between subgroups is tested, and nothing is "
        "corrected for their number. Dose grows with body size and length of the scan. Patients "
        "whose sex, age, dose or site is not known are in no subgroup of it."
    }
