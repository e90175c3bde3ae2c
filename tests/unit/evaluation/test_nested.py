"""Nested cross-validation: all are left out once, no fit sees them, noise stays at chance."""

import numpy as np
import pandas as pd
import pytest

from osteoct.evaluation import nested as cross_validation
from osteoct.evaluation.comparison import compare
from osteoct.evaluation.comparison_table import tabulate_comparison
from osteoct.evaluation.comparisons import COMPARISONS
from osteoct.evaluation.methods import Intervals
from osteoct.figures.nested import draw_nested

NAMES = ["benign", "malignant"]
NESTED = COMPARISONS["nested"]
EVALUATED_ON = ["training", "validation", "test", "nested"]
SELECTION = {
    "missing": {"max_missing_fraction": 0.2},
    "redundancy": {"max_correlation": 0.999},
    "rfe": {"keep": 10, "step": 0.5, "trees": 5},
    "mrmr": {"keep": 6},
    "lasso": {"keep": 4},
}
CLASSIFIER = {
    "estimator": "forest",
    "folds": 2,
    "curve_penalties": 5,
    "forest": {
        "n_estimators": 20,
        "class_weight": "balanced",
        "grid": {"min_samples_leaf": [1, 4]},
    },
}
FITTING = {"seed": 5, "selection": SELECTION, "classifier": CLASSIFIER}
METHODS = {"confidence": 0.95, "proportion": "wilson", "auc": "newcombe", "resamples": 50}


def tables(*, signal):
    """Features and cohort of 60 patients and one more without a class."""
    rng = np.random.default_rng(11)
    code = np.arange(61) % 2
    values = rng.normal(size=(61, 30))
    values[:, :3] += signal * code[:, None]
    values[4, 0] = np.nan
    patient = [f"P{number:02d}" for number in range(61)]
    features = pd.DataFrame(values, columns=[f"f{k}" for k in range(30)])
    features.insert(0, "patient", patient)
    cohort = pd.DataFrame({"patient": patient, "diagnosis": np.take(NAMES, code)})
    cohort["split"] = np.repeat(["training", "validation", "test"], [31, 15, 15])
    cohort.loc[60, ["diagnosis", "split"]] = np.nan
    return features, cohort


def nested(features, cohort, folds=3):
    return cross_validation.cross_validate(
        features, cohort, NAMES, folds=folds, fitting=FITTING, threads=1
    )


@pytest.fixture(scope="module")
def predicted():
    """A single split that is perfect on training patients only, and the nested predictions."""
    features, cohort = tables(signal=1.5)
    left_out = nested(features, cohort)
    known = cohort[cohort["split"].notna()]
    right = known["diagnosis"].eq("malignant").to_numpy(float)
    noisy = np.where(known["split"] == "training", right, left_out["p_malignant"])
    single = known.assign(predicted=np.take(NAMES, (noisy > 0.5).astype(int)))
    return single.assign(p_benign=1 - noisy, p_malignant=noisy), left_out


def test_everybody_with_a_class_is_left_out_exactly_once(predicted):
    left_out = predicted[1]
    assert left_out["patient"].tolist() == [f"P{number:02d}" for number in range(60)]
    assert (
        pd.crosstab(left_out["fold"], left_out["diagnosis"]).to_numpy().tolist() == [[10, 10]] * 3
    )
    assert np.allclose(left_out[["p_benign", "p_malignant"]].sum(axis=1), 1)


def test_selection_tuning_and_classifier_see_no_left_out_patient(monkeypatch):
    fitted_on = []
    original = cross_validation.fit_classifier

    def watch(features, classes, **settings):
        fitted_on.append(set(features.index))
        return original(features, classes, **settings)

    monkeypatch.setattr(cross_validation, "fit_classifier", watch)
    left_out = nested(*tables(signal=1.5))
    for number, own in left_out.groupby("fold")["patient"]:
        assert fitted_on[number - 1] == set(left_out["patient"]) - set(own)


def test_changing_a_left_out_patient_changes_no_other_prediction_of_that_fold():
    features, cohort = tables(signal=1.5)
    before = nested(features, cohort)
    changed = features.copy()
    changed.iloc[7, 1:] = 50.0
    after = nested(changed, cohort)
    same_fold = before["fold"].eq(before["fold"][7])
    others = same_fold & before["patient"].ne("P07")
    pd.testing.assert_frame_equal(before[others], after[others])


def test_signal_is_found_and_noise_is_not():
    for signal, low, high in ((1.5, 0.85, 1.0), (0.0, 0.25, 0.75)):
        left_out = nested(*tables(signal=signal))
        values = compare(NESTED, left_out, left_out, Intervals.seeded(1, "test", **METHODS))
        auc = values.set_index("model").loc["nested", "auc"]
        assert low <= auc <= high, signal


def test_table_and_figure_show_every_evaluation(predicted):
    intervals = Intervals.seeded(1, "test", **METHODS)
    values = compare(NESTED, *predicted, intervals)
    assert values["model"].tolist() == [*EVALUATED_ON, "fold", "fold", "fold"]
    by_model = values[values["model"] != "fold"].set_index("model")
    assert by_model.loc["training", "auc"] == 1 > by_model.loc["nested", "auc"]
    assert (by_model["low"] < by_model["auc"]).all()
    table = tabulate_comparison(NESTED, values, intervals).set_index("Evaluated on")
    row = table.loc["nested"]
    expected = by_model.loc["test", "auc"] - by_model.loc["nested", "auc"]
    assert row["Class"] == "malignant" and row["Test minus nested"] == f"{expected:+.3f}"
    assert row["AUC (95% CI)"].startswith(f"{by_model.loc['nested', 'auc']:.3f} (")
    drawn = draw_nested(values, confidence=0.95, method="newcombe")
    labels = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
    assert labels == [f"Malignant, {model}" for model in EVALUATED_ON]


def test_a_class_too_small_to_be_left_out_is_an_error_with_the_counts():
    features, cohort = tables(signal=1)
    alone = cohort["diagnosis"].eq("benign") | (cohort["patient"] == "P01")
    message = "'benign': 30, 'malignant': 1}; .* 3 or more .* nested_folds to 0"
    with pytest.raises(ValueError, match=message):
        nested(features, cohort[alone])
