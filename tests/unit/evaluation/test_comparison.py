"""Comparisons with the study's own predictions: same patients, differences, and what is printed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from osteoct.classification.predictions import PROBABILITIES
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.comparison import compare
from osteoct.evaluation.comparison_table import tabulate_comparison
from osteoct.evaluation.comparisons import COMPARISONS, changed_patients
from osteoct.evaluation.harmonisation import site_effect
from osteoct.evaluation.methods import Intervals

TRUTH = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 0])
HARMONISED = "radiomics, harmonised"


@pytest.fixture
def intervals():
    settings = {"confidence": 0.95, "proportion": "wilson", "auc": "newcombe", "resamples": 20}
    return Intervals.seeded(1, "test", **settings)


def predictions(predicted):
    """A patient of each class of TRUTH, given a class with probability 0.8; the last one trains."""
    table = pd.DataFrame({"patient": [f"P{n}" for n in range(len(TRUTH))]})
    table["split"] = ["test"] * (len(TRUTH) - 1) + ["training"]
    table["diagnosis"] = [CLASSES[k] for k in TRUTH]
    table["predicted"] = [CLASSES[k] for k in predicted]
    table[PROBABILITIES] = np.full((len(TRUTH), 3), 0.1) + 0.7 * np.eye(3)[predicted]
    return table


def segmented(automatic, manual, intervals):
    """Values and the printed table of the same model within two segmentations."""
    comparison, models = COMPARISONS["segmentation"], manual.assign(model="manual")
    values = compare(comparison, automatic, models, intervals)
    notes = comparison.notes(automatic, models, [])
    return values, tabulate_comparison(comparison, values, intervals, notes=notes)


def test_the_same_answers_change_nothing(intervals):
    values, printed = segmented(predictions(TRUTH), predictions(TRUTH), intervals)
    assert (values["n_positive"] + values["n_negative"] == 9).all()
    assert (values["n_changed"] == 0).all()
    assert (values["auc"] == 1).all()
    assert (values["difference"].dropna() == 0).all()
    assert "0 of 9 test patients get another class" in " ".join(printed["Class"])


def test_one_changed_patient_is_counted_in_its_true_class(intervals):
    worse = TRUTH.copy()
    worse[3] = 2  # a patient with osteopenia is called osteoporotic from the automatic segmentation
    values, _ = segmented(predictions(worse), predictions(TRUTH), intervals)
    found = values.set_index(["class", "model"])
    changed = changed_patients(predictions(worse), predictions(TRUTH))
    assert list(changed.loc[changed["changed"], "patient"]) == ["P3"]
    assert found.loc[("osteopenia", "manual"), "n_changed"] == 1
    assert found.loc[("normal", "manual"), "n_changed"] == 0
    assert found.loc[("osteopenia", "automatic"), "auc"] == pytest.approx(5 / 6)
    assert found.loc[("osteopenia", "manual"), "difference"] == pytest.approx(-1 / 6)


def test_a_patient_without_a_manual_mask_is_left_out(intervals):
    values, printed = segmented(predictions(TRUTH), predictions(TRUTH).iloc[1:], intervals)
    assert printed.loc[0, "Positive / negative"] == "2 / 6"
    assert printed.loc[0, "P"] == "" and printed.loc[1, "P"] == "n/a"


def test_a_study_without_manual_masks_has_a_table_all_the_same(intervals):
    values, printed = segmented(predictions(TRUTH), predictions(TRUTH).iloc[:0], intervals)
    assert values["model"].unique().tolist() == ["automatic"]
    assert values["auc"].isna().all() and "nan" not in printed.to_csv()


def random_predictions(seed):
    """90 patients of three splits, predicted at random."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.dirichlet([1, 1, 1], 90), columns=PROBABILITIES)
    table["predicted"] = [CLASSES[code] for code in table.to_numpy().argmax(axis=1)]
    table["diagnosis"] = [CLASSES[number % 3] for number in range(90)]
    table["split"] = np.repeat(["training", "validation", "test"], 30)
    return table.assign(patient=[f"P{number:02d}" for number in range(90)])


def test_the_order_of_the_patients_does_not_matter(intervals):
    automatic, manual = random_predictions(1), random_predictions(2)
    mixed = manual.sample(frac=1, random_state=3)
    found = [
        segmented(automatic, table, replace(intervals, rng=np.random.default_rng(1)))[0]
        for table in (manual, mixed)
    ]
    pd.testing.assert_frame_equal(*found)


@pytest.mark.parametrize("name", [name for name, c in COMPARISONS.items() if c.paired])
def test_a_difference_is_that_of_the_printed_aucs(intervals, name):
    comparison = replace(COMPARISONS[name], more=None, cells=None)
    models = [random_predictions(seed).assign(model=f"model {seed}") for seed in (2, 3)]
    values = compare(comparison, random_predictions(1), pd.concat(models), intervals)
    auc = values.pivot(index="class", columns="model", values="auc")
    difference = values.pivot(index="class", columns="model", values="difference")
    (reference,), sign = comparison.references, -1 if comparison.model_first else 1
    for model in ("model 2", "model 3"):
        expected = sign * (auc[reference] - auc[model])
        assert difference[model].to_numpy() == pytest.approx(expected.to_numpy())
    assert values["p_holm"].notna().sum() == 6 and (values["p_holm"] >= values["p"])[1:3].all()


def test_harmonised_sites_are_counted_beside_both_models(intervals):
    sites = random_predictions(0)[["patient", "split"]]
    sites["site"] = np.where(sites["patient"] >= "P80", "new", ["A", "B"] * 45)
    sites["changed"] = sites["site"] != "new"
    features = pd.DataFrame({"patient": sites["patient"], "f": np.arange(90.0)})
    fractions = site_effect(features, features.assign(f=[0.0, 1.0, 1.0] * 30), sites)
    comparison, reference = COMPARISONS["harmonisation"], random_predictions(1)
    models = random_predictions(2).assign(model=HARMONISED)
    values = compare(comparison, reference, models, intervals)
    notes = comparison.notes(reference, models, [sites, fractions])
    table = tabulate_comparison(comparison, values, intervals, notes=notes)
    assert table["Model"].tolist()[:6] == ["radiomics", HARMONISED] * 3
    text = " ".join(table["Class"])
    assert "20 of 30 test patients are harmonised" in text
    assert "A 15, 15, 10; B 15, 15, 10; new 0, 0, 10, as measured." in text
    assert text.count("Variance between sites") == 2 and "nan" not in table.to_csv()
    differences = table["As measured minus harmonised (95% CI)"]
    assert (differences.iloc[[0, 2, 4]] == "").all() and differences.iloc[1].count("(") == 1


def test_nobody_harmonised_outside_training_leaves_that_fraction_out():
    sites = random_predictions(0)[["patient", "split"]].assign(site=["A", "B"] * 45)
    sites["changed"] = sites["split"] == "training"
    features = pd.DataFrame({"patient": sites["patient"], "f": np.arange(90.0)})
    fractions = site_effect(features, features, sites)
    assert fractions["patients"].tolist() == [30, 0]
    assert fractions["measured"].isna().tolist() == [False, True]


def test_a_fold_has_an_auc_and_no_interval_and_the_nested_difference_has_no_p(intervals):
    nested = random_predictions(2).assign(model="nested", fold=np.arange(90) // 3 % 5 + 1)
    values = compare(COMPARISONS["nested"], random_predictions(1), nested, intervals)
    folds = values[values["model"] == "fold"]
    assert folds["fold"].tolist() == [1, 2, 3, 4, 5] * 3
    assert folds["auc"].notna().all() and folds["low"].isna().all()
    assert values["p"].isna().all()
    by_model = values[values["fold"].isna()].set_index(["class", "model"])["auc"]
    expected = by_model["normal", "test"] - by_model["normal", "nested"]
    assert values["difference"].dropna().tolist()[0] == pytest.approx(expected)
