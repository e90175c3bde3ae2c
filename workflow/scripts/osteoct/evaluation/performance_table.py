"""The performance table as it is printed: estimates with intervals, and notes that explain them."""

import numpy as np
import pandas as pd

from osteoct.classification.classified import EVALUATED
from osteoct.cohort.diagnosis import CLASSES

MISSING = "n/a"
MEASURES = {
    "auc": "AUC",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "accuracy": "Accuracy",
    "ppv": "PPV",
    "npv": "NPV",
}
WHOLE = {"kappa": "quadratic weighted kappa", "brier": "Brier score (0 to 2, lower is better)"}


def tabulate(values, cohort, classified, *, confidence, bootstrap_resamples):
    """Table 3: performance by split, class and decision, with headings and footnotes as rows.

    Parameters
    ----------
    values : DataFrame
        As `performance.evaluate` returns it.
    cohort : DataFrame
        `patient`, `status`, `split` of every screened patient.
    classified : DataFrame
        As `classified.read_classified` returns it.
    confidence : float in (0, 1)
    bootstrap_resamples : int

    Returns
    -------
    DataFrame of str
        A row with text in its first cell only is a heading, at the end of the table a footnote.
    """
    titles = {measure: f"{title} ({confidence:.0%} CI)" for measure, title in MEASURES.items()}
    lost = unclassified(cohort, classified)
    rows = []
    for split in EVALUATED:
        here = values[values["split"] == split]
        done = int((classified["split"] == split).sum())
        everyone = done + len(lost[split])
        rows.append({"Class": f"{split.capitalize()}: {done} of {everyone} patients classified"})
        for decision in ("argmax", "youden_validation"):
            rows += [class_row(here, name, decision, titles) for name in CLASSES]
        rows.append(whole_row(here, titles))
    notes = footnotes(values, lost, confidence=confidence, resamples=bootstrap_resamples)
    rows += [{"Class": note} for note in notes]
    head = ["Class", "Decision", "Positive / negative"]
    return pd.DataFrame(rows, columns=[*head, *titles.values()]).fillna("")


def class_row(here, name, decision, titles):
    """One class of one split; the AUC stands with the first decision, it needs no cut-off."""
    of_class = here[here["class"] == name]
    sizes = of_class.iloc[0]
    at_decision = of_class[of_class["decision"] == decision]
    row = {
        "Class": name.capitalize(),
        "Decision": decision_text(at_decision),
        "Positive / negative": f"{sizes['n_positive']:.0f} / {sizes['n_negative']:.0f}",
    }
    shown = {row["measure"]: estimate_text(row) for _, row in at_decision.iterrows()}
    if decision == "argmax":
        shown |= {"auc": estimate_text(of_class[of_class["measure"] == "auc"].iloc[0])}
    return row | {title: shown.get(measure, "") for measure, title in titles.items()}


def whole_row(here, titles):
    """All classes of one split at once: macro AUC and the share classified rightly."""
    whole = here[here["class"] == "all"].set_index("measure")
    return {
        "Class": "All classes",
        "Decision": "most probable class",
        titles["auc"]: estimate_text(whole.loc["macro_auc"]),
        titles["accuracy"]: estimate_text(whole.loc["accuracy"]),
    }


def decision_text(rows):
    """How patients are called positive, in words."""
    if (rows["decision"] == "argmax").all():
        return "most probable class"
    cut = rows["threshold"].iloc[0]
    return "no frozen cut-off" if np.isnan(cut) else f"p ≥ {cut:.3f}"


def estimate_text(row):
    """An estimate with its printed interval, e.g. "0.924 (0.847–0.962)"."""
    if np.isnan(row["estimate"]):
        return MISSING
    if np.isnan(row["low"]):
        return f"{row['estimate']:.3f}"
    return f"{row['estimate']:.3f} ({row['low']:.3f}–{row['high']:.3f})"


def unclassified(cohort, classified):
    """Included patients of each split who have no prediction: dict of split to list of str."""
    included = cohort[cohort["status"] == "included"]
    lost = included[~included["patient"].isin(classified["patient"])]
    return {split: sorted(lost["patient"][lost["split"] == split]) for split in EVALUATED}


def footnotes(values, lost, *, confidence, resamples):
    """What a reader must know to read the table: methods, cut-offs, what is missing and why."""
    level = f"{confidence:.0%}"
    yield (
        f"Intervals ({level}): sensitivity, specificity, accuracy, PPV and NPV by Wilson's score "
        "method; AUC (one class against the rest) by the Wilson-type method 5 of Newcombe (2006); "
        f"macro AUC (all classes) by bootstrap within classes, {resamples} resamples. Other "
        "methods stand beside them in table3_performance_values.csv."
    )
    yield (
        "Decision: by the most probable class (main), or by one cut-off for each class that "
        "maximises Youden’s index on the validation patients and is then frozen; on validation "
        "itself those rows are optimistic. PPV and NPV hold for the class shares of this cohort."
    )
    for split in EVALUATED:
        whole = values[(values["split"] == split) & (values["class"] == "all")]
        whole = whole.set_index("measure")
        parts = [f"{title} {estimate_text(whole.loc[name])}" for name, title in WHOLE.items()]
        yield f"{split.capitalize()}, all classes: {'; '.join(parts)}; bootstrap intervals."
    missing = values[values["estimate"].isna()]
    for (split, note), rows in missing.groupby(["split", "note"], sort=True):
        names = rows["measure"].map(MEASURES | {"macro_auc": "macro AUC"}).fillna(rows["measure"])
        concerned = ", ".join(dict.fromkeys(rows["class"] + " " + names))
        yield f"{MISSING} in {split}, {note}: {concerned}."
    for split, patients in lost.items():
        if patients:
            yield f"Not classified, no features, in {split}: {', '.join(patients)}."
