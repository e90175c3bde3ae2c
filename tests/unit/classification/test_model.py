"""The whole classifier: no leak, no chance found in noise, and a file that gives it back."""

import zipfile

import numpy as np
import pandas as pd
import pytest
from sklearn.gaussian_process import GaussianProcessClassifier
from skops.io.exceptions import UntrustedTypesFoundException

import osteoct.classification.model_file
from osteoct.classification.model import fit_classifier, predict_patients, training_data
from osteoct.classification.model_file import load_model, save_model
from osteoct.classification.tuning import class_probabilities, macro_auc, stratified_splits
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.stability import tabulate_stability
from osteoct.figures.selection import draw_selection
from osteoct.results import write_json

OPTIONAL = {  # steps that are off here
    "osteoct.classification.filters.FillMissing",
    "osteoct.classification.filters.DropUnreliable",
}
SELECTION = {
    "redundancy": {"max_correlation": 0.999},
    "rfe": {"keep": 30, "step": 0.3, "trees": 10},
    "mrmr": {"keep": 20},
    "lasso": {"keep": 15},
}
CLASSIFIER = {
    "folds": 5,
    "curve_penalties": 20,
    "estimator": "forest",
    "forest": {
        "n_estimators": 20,
        "class_weight": "balanced",
        "grid": {"max_features": [2], "min_samples_leaf": [1, 5]},
    },
}
WORDS = {f"original_glcm_Feature{k}": f"Much of number {k}." for k in range(60)}


def fit(features, classes, threads=1, **settings):
    return fit_classifier(
        features,
        classes,
        seed=11,
        selection=SELECTION,
        classifier={**CLASSIFIER, **settings},
        threads=threads,
    )


def stability_of(record):
    """How often resamples select what this model selected: always, half of the time."""
    names = record["lasso"]
    chosen = pd.DataFrame([[True] * len(names), [False] * len(names)], columns=names)
    return tabulate_stability(chosen, record, confidence=0.95)


def cohort(n=90, p=60, seed=1, signal=1.0):
    """Feature table with names as pyradiomics spells them, and cohort table."""
    rng = np.random.default_rng(seed)
    severity = rng.standard_normal(n)
    values = rng.standard_normal((n, p))
    values[:, :10] += signal * severity[:, None]
    features = pd.DataFrame(values, columns=[f"original_glcm_Feature{k}" for k in range(p)])
    features.insert(0, "patient", [f"P{k:03d}" for k in range(n)])
    diagnosis = np.array(CLASSES)[np.digitize(severity, [-0.4, 0.5])]
    split = np.where(np.arange(n) < 2 * n // 3, "training", "test")
    table = {"patient": features["patient"], "split": split, "diagnosis": diagnosis}
    return features, pd.DataFrame(table)


@pytest.fixture(scope="module")
def fitted():
    features, patients = cohort()
    return *fit(*training_data(features, patients)), features, patients


def test_only_training_patients_with_features_train(caplog):
    features, patients = cohort(n=9)
    table, classes = training_data(features[1:], patients)
    assert list(table.index) == list(classes.index) == ["P001", "P002", "P003", "P004", "P005"]
    assert "1 training patients have no features and are left out: ['P000']" in caplog.text
    assert [CLASSES[k] for k in classes] == list(patients["diagnosis"][1:6])


def test_other_patients_do_not_influence_selection_and_classifier(fitted):
    model, record, features, patients = fitted
    changed = features.copy()
    others = (patients["split"] != "training").to_numpy()
    changed.iloc[others, 1:] = 1000 * changed.iloc[others, 1:] + 7
    shuffled = patients.assign(
        diagnosis=patients["diagnosis"].where(~others, "osteoporosis")
    ).sample(frac=1, random_state=1)
    again, record_again = fit(*training_data(changed, shuffled))
    assert record_again["lasso"] == record["lasso"]
    values = features.set_index("patient")
    assert np.array_equal(class_probabilities(again, values), class_probabilities(model, values))


def test_a_left_out_fold_does_not_influence_its_own_selection(fitted):
    _, record, features, patients = fitted
    table, classes = training_data(features, patients)
    left_out = stratified_splits(classes, folds=5, seed=11)[2][1]
    changed = table.copy()
    changed.iloc[left_out] = np.random.default_rng(0).normal(size=(len(left_out), 60))
    _, record_again = fit(changed, classes)
    before, after = (r["tuning"]["selected_by_fold"] for r in (record, record_again))
    assert after[2] == before[2]
    assert after != before


def test_record_lists_what_each_step_kept(fitted):
    model, record, features, _ = fitted
    assert record["counts"] == {
        "measured": 60,
        "varying": 60,
        "redundancy": 60,
        "rfe": 30,
        "mrmr": 20,
        "lasso": 15,
    }
    assert set(record["lasso"]) < set(record["mrmr"]) < set(record["rfe"])
    assert set(record["lasso"]) == set(model[:-1].get_feature_names_out())
    sizes = [abs(value) for value in record["coefficients"].values()]
    assert sizes == sorted(sizes, reverse=True)
    assert record["path"]["chosen_alpha"] == record["path"]["alpha"][record["path"]["knot"]]
    assert record["training"]["n"] == 60
    correlation = features[record["lasso"]].iloc[:60].corr()
    assert np.allclose(record["correlation"], correlation)


def test_classifier_has_the_settings_of_the_smallest_brier_score(fitted):
    model, record, _, _ = fitted
    candidates = record["tuning"]["candidates"]
    assert len(candidates) == 2
    chosen = candidates[record["tuning"]["chosen"]]
    assert chosen["brier"] == min(row["brier"] for row in candidates)
    assert model["classifier"].max_features == chosen["max_features"]
    assert model["classifier"].min_samples_leaf == chosen["min_samples_leaf"]


def test_signal_is_found_in_patients_left_out(fitted):
    _, record, _, _ = fitted
    assert record["tuning"]["candidates"][record["tuning"]["chosen"]]["macro_auc"] > 0.75


def test_shuffled_labels_come_out_at_chance():
    aucs = []
    for seed in range(3):
        features, patients = cohort(n=120, p=200, seed=seed)
        table, classes = training_data(features, patients.assign(split="training"))
        shuffled = classes.sample(frac=1, random_state=seed).set_axis(classes.index)
        _, record = fit(table, shuffled, forest={"n_estimators": 20, "grid": {"max_features": [4]}})
        aucs.append(record["tuning"]["candidates"][0]["macro_auc"])
    assert np.mean(aucs) == pytest.approx(0.5, abs=0.07)


def test_number_of_threads_changes_nothing(fitted, tmp_path):
    model, record, features, patients = fitted
    other, record_other = fit(*training_data(features, patients), threads=2)
    for name, content in {"one": record, "two": record_other}.items():
        write_json(content, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    save_model(model, tmp_path / "one.skops")
    save_model(other, tmp_path / "two.skops")
    assert (tmp_path / "one.skops").read_bytes() == (tmp_path / "two.skops").read_bytes()


def test_a_saved_model_comes_back_with_the_same_probabilities(fitted, tmp_path):
    model, _, features, _ = fitted
    save_model(model, tmp_path / "model.skops")
    values = features.set_index("patient")
    loaded = load_model(tmp_path / "model.skops")
    assert np.array_equal(class_probabilities(loaded, values), class_probabilities(model, values))
    with zipfile.ZipFile(tmp_path / "model.skops") as file:
        assert {name.rsplit(".", 1)[-1] for name in file.namelist()} == {"npy", "json"}


def test_a_file_with_foreign_types_is_rejected(tmp_path, monkeypatch):
    save_model(GaussianProcessClassifier(), tmp_path / "known.skops")
    assert isinstance(load_model(tmp_path / "known.skops"), GaussianProcessClassifier)
    save_model(pytest.approx, tmp_path / "foreign.skops")
    with pytest.raises(UntrustedTypesFoundException):
        load_model(tmp_path / "foreign.skops")


def test_the_selectors_alone_need_trust(fitted, tmp_path, monkeypatch):
    save_model(fitted[0], tmp_path / "model.skops")
    used = set(osteoct.classification.model_file.TRUSTED) - OPTIONAL
    for name in sorted(used):
        others = [other for other in osteoct.classification.model_file.TRUSTED if other != name]
        monkeypatch.setattr(osteoct.classification.model_file, "TRUSTED", others)
        with pytest.raises(UntrustedTypesFoundException, match=name):
            load_model(tmp_path / "model.skops")
        monkeypatch.undo()


def test_predictions_are_one_row_per_patient_with_features(fitted):
    model, _, features, patients = fitted
    patients = patients.astype(object)
    patients.loc[80, ["split", "diagnosis"]] = None
    table = predict_patients(model, features[5:], patients)
    assert list(table) == [
        *("patient", "split", "diagnosis", "predicted"),
        *("p_normal", "p_osteopenia", "p_osteoporosis"),
    ]
    assert list(table["patient"]) == list(features["patient"][5:])
    probabilities = table.filter(like="p_").to_numpy(float)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert list(table["predicted"]) == [CLASSES[k] for k in probabilities.argmax(axis=1)]
    assert table.set_index("patient").loc["P080", ["split", "diagnosis"]].isna().all()


def test_nobody_to_predict_gives_a_table_without_rows(fitted):
    model, _, features, patients = fitted
    assert predict_patients(model, features[:0][["patient"]], patients).shape == (0, 7)


def test_a_class_with_two_patients_means_no_cross_validation(caplog):
    classes = pd.Series([0] * 5 + [1] * 4 + [2] * 2)
    assert stratified_splits(classes, folds=5, seed=1) == []
    assert "a class has only 2 training patients" in caplog.text


def test_folds_are_as_many_as_the_smallest_class(caplog):
    classes = pd.Series([0] * 9 + [1] * 8 + [2] * 4)
    splits = stratified_splits(classes, folds=5, seed=1)
    assert len(splits) == 4
    assert all(set(classes.iloc[test]) == {0, 1, 2} for _, test in splits)
    assert "4 folds instead of 5" in caplog.text


def test_six_patients_of_two_classes_give_a_model_and_a_figure():
    features, patients = cohort(n=9)
    table, classes = training_data(features, patients)
    two = classes.clip(upper=1)
    model, record = fit(table, two)
    assert record["tuning"]["folds"] == 0
    assert record["tuning"]["chosen"] == 0
    probabilities = class_probabilities(model, table)
    assert (probabilities[:, 2] == 0).all()
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert len(draw_selection(record, stability_of(record), WORDS).axes) == 6


def test_one_class_cannot_train():
    features, patients = cohort(n=9)
    with pytest.raises(ValueError, match=r"the classes \{'normal': 6\}: two classes"):
        training_data(features, patients.assign(diagnosis="normal"))


def test_macro_auc_of_perfect_and_of_constant_probabilities():
    truth = np.array([0, 1, 2, 0, 1, 2])
    assert macro_auc(truth, np.eye(3)[truth]) == 1
    assert macro_auc(truth, np.full((6, 3), 1 / 3)) == 0.5


def test_figure_shows_path_curve_coefficients_and_correlations(fitted):
    _, record, _, _ = fitted
    path, curve, bars, heat, words, _ = draw_selection(record, stability_of(record), WORDS).axes
    assert len(path.lines) == 20 + 3, "20 features, zero, two choices"
    assert "first knot with 15 features" in curve.get_legend().texts[1].get_text()
    assert [bar.get_width() for bar in bars.patches] == list(record["coefficients"].values())
    assert heat.images[0].get_array().shape == (15, 15)
    assert [text.get_text() for text in words.texts][::2] == [str(row) for row in range(1, 16)]
    assert words.texts[1].get_text() == WORDS[record["lasso"][0]]
