"""Four classes of a table, of names that no program likes, come through to exhibits and page."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osteoct.captions import read_captions
from osteoct.classification.model import fit_classifier, predict_patients, training_data
from osteoct.classification.predictions import read_predictions
from osteoct.classification.thresholds import choose_thresholds
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.performance import evaluate
from osteoct.evaluation.performance_table import tabulate
from osteoct.feature_table.load import load_feature_table
from osteoct.figures.confusion import draw_confusion
from osteoct.figures.roc import draw_roc
from osteoct.figures.selection import draw_selection
from osteoct.figures.style import save_figure
from osteoct.report.table_page import page_of, summary_of
from osteoct.results import write_csv

ROOT = Path(__file__).parents[3]
NAMES = ["a, b", "cost $1 or $2", "<i>x</i>", "größer"]
TABLE = {"label": "class", "ignore": [], "classes": NAMES, "max_missing_fraction": 0.2}
TABLE |= dict.fromkeys(("id", "cohort", "age", "sex"), "")
FITTING = {
    "seed": 2,
    "selection": {
        "missing": {"max_missing_fraction": 0.2},
        "redundancy": {"max_correlation": 0.999},
        "rfe": {"keep": 10, "step": 0.5, "trees": 5},
        "mrmr": {"keep": 8},
        "lasso": {"keep": 6},
    },
    "classifier": {
        "estimator": "forest",
        "folds": 2,
        "curve_penalties": 5,
        "forest": {
            "n_estimators": 20,
            "class_weight": "balanced",
            "grid": {"min_samples_leaf": [1, 3]},
        },
    },
}
METHODS = {"confidence": 0.95, "proportion": "wilson", "auc": "newcombe", "resamples": 20}
EXHIBITS = {"figure3_selection", "table3_performance", "figure4_confusion", "figure5_roc"}
RUN = {"commit": None, "code": "ab", "seed": 2, "configuration": "seed: 2\n", "python": "3.11"}
RUN |= {"packages": [], "remarks": [], "digests": []}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Everything from the file to Table 3, and where the results lie."""
    folder = tmp_path_factory.mktemp("classes")
    rng, code = np.random.default_rng(4), np.arange(120) % 4
    values = rng.normal(size=(120, 14))
    values[:, :4] += 4 * np.eye(4)[code]
    table = pd.DataFrame(values, columns=[f"f${k}$ [mm]" for k in range(14)])
    table.iloc[::7, 2] = np.nan
    table.assign(**{"class": np.take(NAMES, code)}).to_csv(folder / "t.csv", index=False)
    found = load_feature_table(
        {**TABLE, "file": folder / "t.csv"},
        {"seed": 2, "test_fraction": 0.3, "training_fraction": 0.7},
    )
    training = training_data(found.features, found.study, found.classes)
    model, record = fit_classifier(*training, **FITTING, threads=1)
    predictions = predict_patients(model, found.features, found.study, found.classes)
    write_csv(predictions, folder / "predictions.csv")
    predictions = read_predictions(folder / "predictions.csv")
    intervals = Intervals.seeded(2, "test", **METHODS)
    values = evaluate(predictions, choose_thresholds(predictions, split="validation"), intervals)
    printed = tabulate(values, found.study, predictions, intervals)
    ingestion = {"classes": found.classes, "remarks": found.remarks}
    made = {"predictions": predictions, "values": values, "selection": record}
    return {**made, "ingestion": ingestion, "printed": printed, "found": found, "folder": folder}


def test_every_class_is_found_in_the_test_patients(made):
    aucs = made["values"].query("split == 'test' and measure == 'auc'").set_index("class")
    assert list(aucs.index) == NAMES
    assert (aucs["low"] > 0.5).all()


def test_the_console_says_every_auc_and_which_file_to_open(made):
    output = summary_of(made)
    for name in NAMES:
        assert output.count(f"  AUC of {name}: ") == 2
    assert "take the classes as steps of a scale" in output and "report.html" in output


def test_the_page_shows_hostile_names_as_text(made, monkeypatch):
    monkeypatch.chdir(made["folder"])
    stability = pd.DataFrame({"feature": made["selection"]["lasso"], "fraction_of_resamples": 1.0})
    stability = stability.assign(resamples=1, stability=1.0, stability_low=1.0, stability_high=1.0)
    drawn = {
        "figure3_selection": draw_selection(made["selection"], stability, {}, classes=NAMES),
        "figure4_confusion": draw_confusion(
            made["predictions"], made["values"], confidence=0.95, truth="class"
        ),
        "figure5_roc": draw_roc(
            made["predictions"], made["values"], made["predictions"][:0], confidence=0.95
        ),
    }
    Path("results/figures").mkdir(parents=True)
    for name, figure in drawn.items():
        save_figure(figure, f"results/figures/{name}.png", f"results/figures/{name}.pdf")
    write_csv(made["printed"], "results/tables/table3_performance.csv")
    path = ROOT / "workflow/report/feature_table_captions.yaml"
    captions = read_captions(path, switched_on=[], classifier="random forest")
    for chapter in captions["chapters"]:
        shown = [e for e in chapter["exhibits"] if EXHIBITS & {e.get("figure"), e.get("table")}]
        chapter["exhibits"] = [{**exhibit, "also": []} for exhibit in shown]
    template = str(ROOT / "workflow/report/table.html.jinja")
    columns = made["found"].columns
    page = page_of(made, captions=captions, columns=columns, run=RUN, template=template)
    assert "&lt;i&gt;x&lt;/i&gt;" in page and "<i>x</i>" not in page
    assert "Selection, random forest and evaluation" in page and "to a random forest" in page
    assert all(name in page for name in ("größer", "cost $1 or $2", "a, b"))
