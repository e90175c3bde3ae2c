"""No fit of the study uses a patient outside of training, from selection to temperature.

Patients outside the training cohort carry values that no training patient has, in every feature,
in the density of their neck and in their age; a fit that uses one of them is caught by the value.
"""

import contextlib

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.utils import all_estimators

from osteoct.classification import filters, model, selection, thresholds
from osteoct.classification.predictions import PROBABILITIES
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.agreement import macro_auc
from osteoct.evaluation.auc import roc_auc
from osteoct.evaluation.baselines import baseline_models, baseline_predictors, predict_baselines
from osteoct.evaluation.intervals import newcombe_auc
from osteoct.evaluation.temperature import fit_temperature

MEAN = "original_firstorder_Mean"
MARK = 1e6  # added to all values of patients outside of training
SELECTION = {
    "redundancy": {"max_correlation": 0.999},
    "rfe": {"keep": 12, "step": 0.4, "trees": 5},
    "mrmr": {"keep": 8},
    "lasso": {"keep": 5},
}
GRID = {"min_samples_leaf": [1, 4]}
FOREST = {"n_estimators": 15, "class_weight": "balanced", "grid": GRID}
CLASSIFIER = {"estimator": "forest", "folds": 3, "curve_penalties": 10, "forest": FOREST}
OWN = [
    filters.DropRedundant,
    selection.RecursiveElimination,
    selection.MrmrSelector,
    selection.LassoPathSelector,
]


def tables(*, mark=0.0, seed=0, shuffled=False):
    """Features and cohort of 120 made-up patients; four features follow the diagnosis."""
    rng = np.random.default_rng([5, seed])
    codes, split = np.arange(120) % 3, np.repeat(["training", "validation", "test"], [60, 30, 30])
    values = rng.normal(size=(120, 24))
    values[:, :4] += codes[:, None]
    away = mark * (split != "training")
    features = pd.DataFrame(
        values + away[:, None], columns=[MEAN, *(f"original_glcm_Made{n}" for n in range(23))]
    )
    names = [f"P{number:03d}" for number in range(120)]
    features.insert(0, "patient", names)
    label = rng.permutation(codes) if shuffled else codes
    cohort = {"patient": names, "split": split, "diagnosis": np.take(CLASSES, label)}
    cohort |= {"age": rng.uniform(50, 90, 120) + away, "sex": rng.choice(["F", "M"], 120)}
    return features, pd.DataFrame({**cohort, "neck_hu": rng.normal(size=120) + label + away})


def fit(features, cohort):
    return model.fit_classifier(
        *model.training_data(features, cohort),
        seed=3,
        selection=SELECTION,
        classifier=CLASSIFIER,
        threads=1,
    )


def whole_study(features, cohort):
    """Everything that is fitted, and the predictions of every patient."""
    fitted, record = fit(features, cohort)
    predictions = model.predict_patients(fitted, features, cohort)
    chosen = {"mean_hu_feature": MEAN, "selected": record["lasso"]}
    models = baseline_models(record, classifier=CLASSIFIER, seed=3)
    known = baseline_predictors(cohort, features, cohort, **chosen)
    return {
        "record": record,
        "predictions": predictions,
        "others": predict_baselines(predictions, known, models),
        "thresholds": thresholds.choose_thresholds(predictions, split="validation"),
        "temperature": fit_temperature(predictions, split="validation"),
    }


@pytest.fixture
def fits(monkeypatch):
    """List of (estimator, largest value, rows) of every fit of any estimator of scikit-learn's."""
    recorded = []

    def record(kind):
        original = kind.fit

        def fit_and_record(self, X, *args, **kwargs):
            if np.ndim(X) == 2:  # not the names of classes
                values = np.asarray(X, dtype=float)
                recorded.append((kind.__name__, np.abs(values).max(), len(values)))
            return original(self, X, *args, **kwargs)

        monkeypatch.setattr(kind, "fit", fit_and_record)

    for kind in [*(found for _, found in all_estimators()), *OWN]:
        if issubclass(kind, BaseEstimator) and "fit" in vars(kind):
            record(kind)
    return recorded


def test_no_fit_uses_a_patient_outside_of_training(fits):
    whole_study(*tables(mark=MARK))
    kinds = {name for name, _, _ in fits}
    assert {kind.__name__ for kind in OWN} <= kinds
    assert {"StandardScaler", "RFE", "LassoCV", "LogisticRegression"} <= kinds
    assert max(largest for _, largest, _ in fits) < MARK / 2
    assert max(rows for _, _, rows in fits) == 60


def test_a_leak_is_caught(fits):
    features, cohort = tables(mark=MARK)
    with contextlib.suppress(ValueError):  # the marks make all features alike
        fit(features, cohort.assign(split=cohort["split"].replace("test", "training")))
    assert max(largest for _, largest, _ in fits) > MARK / 2


def test_swapping_one_test_patient_changes_that_patients_rows_and_nothing_else():
    features, cohort = tables()
    before = whole_study(features, cohort)
    changed = features.copy()
    changed.iloc[100, 1:] = features.iloc[0, 1:].to_numpy()
    after = whole_study(changed, cohort)
    for name in ("record", "thresholds", "temperature"):
        assert after[name] == before[name], name
    for name in ("predictions", "others"):
        other = before[name]["patient"] != "P100"
        pd.testing.assert_frame_equal(after[name][other], before[name][other])
        assert not after[name][~other].equals(before[name][~other])


def test_what_is_frozen_comes_out_the_same_when_the_test_cohort_does_not_exist():
    features, cohort = tables()
    opened = whole_study(features, cohort)
    kept = (cohort["split"] != "test").to_numpy()
    closed = whole_study(features[kept], cohort[kept])
    for name in ("record", "thresholds", "temperature"):
        assert closed[name] == opened[name], name


def test_permuted_labels_come_out_at_chance_over_repeated_seeds():
    means, held = [], []
    for seed in range(10):
        features, cohort = tables(seed=seed, shuffled=True)
        table = model.predict_patients(fit(features, cohort)[0], features, cohort)
        test = table[table["split"] == "test"]
        truth = test["diagnosis"].map(CLASSES.index).to_numpy()
        means.append(macro_auc(truth, test[PROBABILITIES].to_numpy()))
        for name in CLASSES:
            ill, score = test["diagnosis"] == name, test[f"p_{name}"]
            auc = roc_auc(score[ill], score[~ill])
            low, high = newcombe_auc(auc, ill.sum(), (~ill).sum(), confidence=0.95)
            held.append(low < 0.5 < high)
    standard_error = np.std(means, ddof=1) / len(means) ** 0.5
    assert abs(np.mean(means) - 0.5) < 3 * standard_error
    assert np.mean(held) > 0.85


def test_true_labels_do_not():
    features, cohort = tables()
    table = model.predict_patients(fit(features, cohort)[0], features, cohort)
    test = table[table["split"] == "test"]
    truth = test["diagnosis"].map(CLASSES.index).to_numpy()
    assert macro_auc(truth, test[PROBABILITIES].to_numpy()) > 0.8
