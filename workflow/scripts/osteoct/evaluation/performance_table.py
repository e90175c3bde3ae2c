"""The performance table as it is printed: estimates with intervals, and notes that explain them."""

import numpy as np
import pandas as pd

from osteoct.classification.predictions import EVALUATED, reported_classes
from osteoct.cohort.diagnosis import titled
from osteoct.evaluation.ceiling import MEASURE as CEILING
from osteoct.evaluation.methods import NAMES

MISSING = "n/a"
MEASURES = {
    "auc": "AUC",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "accuracy": "Accuracy",
    "ppv": "PPV",
    "npv": "NPV",
}
WHOLE = {
    "weighted_auc": "AUC weighted by class fractions",
    "kappa": "quadratic weighted kappa",
}


def tabulate(values, cohort, predictions, intervals):
    """Table 3: performance by split, class and decision, with headings and footnotes as rows.

    Parameters
    ----------
    values : DataFrame
        As `performance.evaluate` and `ceiling.ceiling_rows` return it, below each other.
    cohort : DataFrame
        `patient`, `status`, `split` of every screened patient.
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame of str
        A row with text in its first cell only is a heading, at the end of the table a footnote.
    """
    level = f"({intervals.confidence:.0%} CI)"
    titles = {measure: f"{title} {level}" for measure, title in MEASURES.items()}
    lost, reported = unclassified(cohort, predictions), reported_classes(predictions)
    rows = []
    for split in EVALUATED:
        here = values[values["split"] == split]
        done = int((predictions["split"] == split).sum())
        everyone = done + len(lost[split])
        rows.append({"Class": f"{split.capitalize()}: {done} of {everyone} patients classified"})
        for decision in ("argmax", "youden_validation"):
            rows += [class_row(here, name, decision, titles) for name in reported]
        rows.append(whole_row(here, titles, with_auc=len(reported) > 1))
    printed = values[values["class"].isin([*reported, "all"])]
    rows += [{"Class": note} for note in footnotes(printed, lost, intervals)]
    head = ["Class", "Decision", "Positive / negative"]
    return pd.DataFrame(rows, columns=[*head, *titles.values()]).fillna("")


def class_row(here, name, decision, titles):
    """One class of one split; the AUC stands with the first decision, it needs no cut-off."""
    of_class = here[here["class"] == name]
    sizes = of_class.iloc[0]
    at_decision = of_class[of_class["decision"] == decision]
    row = {
        "Class": titled(name),
        "Decision": decision_text(at_decision),
        "Positive / negative": f"{sizes['n_positive']:.0f} / {sizes['n_negative']:.0f}",
    }
    shown = {row["measure"]: estimate_text(row) for _, row in at_decision.iterrows()}
    if decision == "argmax":
        shown |= {"auc": estimate_text(of_class[of_class["measure"] == "auc"].iloc[0])}
    return row | {title: shown.get(measure, "") for measure, title in titles.items()}


def whole_row(here, titles, *, with_auc):
    """All classes of one split at once: macro AUC and the fraction classified right."""
    whole = here[here["class"] == "all"].set_index("measure")
    return {
        "Class": "All classes",
        "Decision": "most probable class",
        titles["auc"]: estimate_text(whole.loc["macro_auc"]) if with_auc else "",
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
        return f"{row['estimate']:.3f} (no interval)"
    return f"{row['estimate']:.3f} ({row['low']:.3f}–{row['high']:.3f})"


def unclassified(cohort, predictions):
    """Included patients of each split who have no prediction: dict of split to list of str."""
    included = cohort[cohort["status"] == "included"]
    lost = included[~included["patient"].isin(predictions["patient"])]
    return {split: sorted(lost["patient"][lost["split"] == split]) for split in EVALUATED}


def footnotes(values, lost, intervals):
    """What is needed to understand the table: methods, cut-offs, what is missing and why."""
    yield (
        f"Intervals ({intervals.confidence:.0%}): sensitivity, specificity, accuracy, PPV and NPV: "
        f"{NAMES[intervals.proportion]}; AUC (one class against the rest): {NAMES[intervals.auc]}; "
        f"macro and weighted AUC and kappa: {NAMES['bootstrap']} within classes, "
        f"{intervals.resamples} resamples. Every other method stands beside them in "
        "table3_performance_values.csv; how often each holds the truth in Table S3."
    )
    yield (
        "Decision: by the most probable class (main), or by one cut-off for each class that "
        "maximises Youden’s index on the validation patients and is then frozen; on validation "
        "itself those rows are optimistic. PPV and NPV hold for the class fractions of this cohort."
    )
    for split in EVALUATED:
        whole = values[(values["split"] == split) & (values["class"] == "all")]
        whole = whole.set_index("measure")
        parts = [f"{title} {estimate_text(whole.loc[name])}" for name, title in WHOLE.items()]
        yield f"{split.capitalize()}, all classes: {'; '.join(parts)}."
        if CEILING in whole.index:
            yield ceiling_text(split, whole)
    missing = values[values["estimate"].isna()]
    missing = missing[missing["measure"] != CEILING]
    for (split, note), rows in missing.groupby(["split", "note"], sort=True):
        names = rows["measure"].map(MEASURES | {"macro_auc": "macro AUC"}).fillna(rows["measure"])
        concerned = ", ".join(dict.fromkeys(rows["class"] + " " + names))
        yield f"{MISSING} in {split}, {note}: {concerned}."
    for split, patients in lost.items():
        if patients:
            yield f"Not classified, no features, in {split}: {', '.join(patients)}."


def ceiling_text(split, whole):
    """The accuracy beside the one that a perfect classifier could be expected to reach."""
    accuracy, ceiling = whole.loc["accuracy"], whole.loc[CEILING]
    if np.isnan(ceiling["estimate"]):
        return f"{split.capitalize()}, ceiling of the accuracy: {MISSING}, {ceiling['note']}."
    return (
        f"{split.capitalize()}, accuracy {accuracy['estimate']:.3f} against a ceiling of "
        f"{ceiling['estimate']:.3f}: the fraction of these patients to whom a second QCT would be "
        "expected to give the same class, by its precision error."
    )
