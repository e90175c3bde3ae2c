"""Report and summary of a study that starts from a table of features."""

from osteoct.classification.predictions import EVALUATED, classes_of, reported_classes
from osteoct.evaluation.performance_table import estimate_text
from osteoct.report.key_numbers import flat
from osteoct.report.pages import render
from osteoct.report.quoted import split_numbers
from osteoct.report.report_page import exhibit

WHERE = """\
Where to look:
  report.html                           every table and figure, and what to look for in it
  table3_performance.csv                AUCs, sensitivities and the like, with intervals
  figure3_selection.pdf                 which features were kept
  results/predictions/study.csv         class and probabilities of every patient
  results/cohort/columns.csv            what each column of the table was used for
  study.yaml                            the settings: change them and run again
"""
RESEARCH_ONLY = "Research use only: not a medical device."


def page_of(results, *, captions, columns, run, template):
    """The report as one HTML page.

    Parameters
    ----------
    results : dict
        `predictions`, `values` (results/tables/table3_performance_values.csv), `ingestion`
        (results/cohort/ingestion.json) and `selection` (results/model/selection.json).
    captions : dict
        From `captions.read_captions`, of workflow/report/feature_table_captions.yaml.
    columns : DataFrame
        results/cohort/columns.csv.
    run : dict
        From ``provenance.describe_run``.
    template : str

    Returns
    -------
    str
    """
    values = results["values"]
    chapters = [
        {**chapter, "exhibits": [exhibit(entry) for entry in chapter["exhibits"]]}
        for chapter in captions["chapters"]
    ]
    numbers = {split: split_numbers(values[values["split"] == split]) for split in EVALUATED}
    return render(
        template,
        chapters=chapters,
        tiles=_tiles(results),
        numbers=flat(numbers),
        remarks=results["ingestion"]["remarks"],
        counts=results["selection"]["counts"],
        aside=columns[columns["role"] == "set aside"].to_dict("records"),
        gaps=columns[(columns["role"] == "feature") & (columns["remark"] != "")].to_dict("records"),
        classes=classes_of(results["predictions"]),
        classifier=captions["classifier"],
        run=run,
        synthetic=False,
        up="results/",
    )


def summary_of(results):
    """The end of a run, as the console shows it: AUCs with their intervals, and where to look.

    Parameters
    ----------
    results : dict
        As for `page_of`.

    Returns
    -------
    str
    """
    predictions, values = results["predictions"], results["values"]
    lines = [*results["ingestion"]["remarks"], "", _counted(results["selection"]["counts"]), ""]
    for split in EVALUATED:
        here = values[values["split"] == split]
        lines.append(
            f"{split.capitalize()}, {int((predictions['split'] == split).sum())} patients:"
        )
        for name in reported_classes(predictions):
            row = here[(here["class"] == name) & (here["measure"] == "auc")].iloc[0]
            sizes = f"{row['n_positive']:.0f} with, {row['n_negative']:.0f} without"
            lines.append(f"  AUC of {name}: {estimate_text(row)}, {sizes}")
        whole = here[here["class"] == "all"].set_index("measure").loc["accuracy"]
        lines.append(f"  accuracy: {estimate_text(whole)}")
    return "\n".join([*lines, "", RESEARCH_ONLY, "", WHERE])


def _counted(counts):
    """How many features each step left, as a sentence."""
    steps = {"redundancy": "not redundant", "rfe": "RFE", "mrmr": "mRMR", "lasso": "LASSO"}
    left = ", ".join(f"{counts[step]} {name}" for step, name in steps.items())
    return f"Features: {counts['measured']} read; left by each step: {left}."


def _tiles(results):
    """Numbers to open with: patients, and the AUC of every class in validation and test."""
    predictions, values = results["predictions"], results["values"]
    aucs = values[values["measure"] == "auc"].set_index(["split", "class"])
    found = [{"value": str(len(predictions)), "label": "patients whose class is known"}]
    for split in ("test", "validation"):
        for name in reported_classes(predictions):
            row = aucs.loc[(split, name)]
            value, _, interval = estimate_text(row).partition(" ")
            label = f"AUC of {name}, {split} {interval.replace('–', ' to ')}".strip()
            found.append({"value": value, "label": label})
    counts = results["selection"]["counts"]
    label = f"of {counts['measured']} features are in the model"
    return [*found, {"value": str(counts["lasso"]), "label": label}]
