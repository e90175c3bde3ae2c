"""Scenarios beside the main analysis: one that changes nothing gives its very answer."""

import numpy as np
import pandas as pd
import pytest

from osteoct.classification.model import fit_classifier, predict_patients, training_data
from osteoct.classification.selection import RecursiveElimination
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.comparison import compare
from osteoct.evaluation.comparison_table import tabulate_comparison
from osteoct.evaluation.comparisons import COMPARISONS, MAIN
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.scenarios import fit_scenario

SELECTION = {
    "redundancy": {"max_correlation": 0.999},
    "rfe": {"estimator": "forest", "keep": 12, "step": 0.4, "trees": 10},
    "mrmr": {"keep": 8},
    "lasso": {"keep": 5},
}
GRID = {"min_samples_leaf": [1, 4]}
FOREST = {"n_estimators": 15, "class_weight": "balanced", "grid": GRID}
CLASSIFIER = {"estimator": "forest", "folds": 3, "curve_penalties": 10, "forest": FOREST}


@pytest.fixture(scope="module")
def study():
    """Features, cohort, and the main analysis of 120 made-up patients."""
    rng = np.random.default_rng(5)
    codes, split = np.arange(120) % 3, np.repeat(["training", "validation", "test"], [60, 30, 30])
    values = rng.normal(size=(120, 24))
    values[:, :6] += codes[:, None]
    features = pd.DataFrame(values, columns=[f"original_glcm_Made{n}" for n in range(24)])
    names = [f"P{number:03d}" for number in range(120)]
    features.insert(0, "patient", names)
    cohort = pd.DataFrame({"patient": names, "split": split, "diagnosis": np.take(CLASSES, codes)})
    model, record = fit_classifier(
        *training_data(features, cohort),
        seed=3,
        selection=SELECTION,
        classifier=CLASSIFIER,
        threads=1,
    )
    return features, cohort, record, predict_patients(model, features, cohort)


def scenario(study, features=None, **changes):
    known = study[0] if features is None else features
    selection = {**SELECTION, **changes}
    return fit_scenario(known, *study[1:3], seed=3, selection=selection, classifier=CLASSIFIER)


def intervals():
    settings = {"proportion": "wilson", "auc": "newcombe", "confidence": 0.95, "resamples": 50}
    return Intervals.seeded(1, "test", **settings)


def test_a_scenario_that_changes_nothing_gives_the_main_analysis(study):
    predictions, found = scenario(study)
    main = study[3][study[3]["split"] == "test"].reset_index(drop=True)
    pd.testing.assert_frame_equal(predictions, main)
    assert sorted(found["selected"]) == sorted(study[2]["lasso"])
    assert found["measured"] == 24


def test_no_scenario_is_fitted_on_test_patients(study):
    features = study[0].copy()
    away = (study[1]["split"] != "training").to_numpy()
    features.loc[away, features.columns[1:]] = 1e6
    assert scenario(study, features)[1] == scenario(study)[1]


def test_another_estimator_is_another_selection_of_features_that_matter(study):
    found = scenario(study, rfe={**SELECTION["rfe"], "estimator": "linear_svm", "keep": 5})[1]
    informative = {f"original_glcm_Made{n}" for n in range(6)}
    assert len(informative & set(found["selected"])) >= 4


def test_linear_svm_keeps_what_separates_the_classes():
    rng = np.random.default_rng(1)
    classes = np.arange(90) % 3
    values = rng.normal(size=(90, 40))
    values[:, [3, 8]] += 3 * np.eye(3)[classes][:, :2]
    svm = {"step": 0.1, "trees": 1, "seed": 1, "estimator": "linear_svm"}
    kept = RecursiveElimination(keep=2, **svm).fit(values, classes)
    assert list(np.flatnonzero(kept.support_)) == [3, 8]
    assert RecursiveElimination(keep=99, **svm).fit(values, classes).support_.all()


def compared(study, scenarios):
    """Values and the printed table of scenarios, each (about, predictions, record)."""
    empty = study[3][:0].assign(model="")
    models = pd.concat([empty, *(table.assign(model=about) for about, table, _ in scenarios)])
    records = [study[2], *({"about": about, **record} for about, _, record in scenarios)]
    comparison, settings = COMPARISONS["scenarios"], intervals()
    values = compare(comparison, study[3], models, settings, beside=records)
    return values, tabulate_comparison(comparison, values, settings)


def test_table_puts_scenarios_beside_the_main_analysis(study):
    scenarios = [("as it was", *scenario(study)), ("few", *scenario(study, lasso={"keep": 1}))]
    found, table = compared(study, scenarios)
    assert list(found["model"]) == [MAIN, "as it was", "few"] * 3
    same = found[found["model"] == "as it was"]
    assert (same["difference"] == 0).all() and (same["shared"] == 5).all()
    assert found.loc[found["model"] == "few", "selected"].eq(1).all()
    assert list(table["Shared"][:3]) == ["", "5 of 5", "1 of 1"]
    printed = table["Test AUC (95% CI)"][0]
    assert printed == found["auc"].map("{:.3f}".format)[0] + printed[5:]
    assert "DeLong" in table.iloc[-1, 0]


def test_without_scenarios_the_main_analysis_stands_alone(study):
    assert list(compared(study, [])[1].iloc[:3, 1]) == [MAIN] * 3
