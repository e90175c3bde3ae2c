"""What the model says: of whom, with which features, and that it adds up."""

import json

import numpy as np

from osteoct.classification.thresholds import choose_thresholds
from osteoct.results import fingerprint

CLASSES = ["normal", "osteopenia", "osteoporosis"]
PROBABILITIES = [f"p_{name}" for name in CLASSES]
N_SELECTED = 15


def test_at_most_15_features_are_selected_and_all_were_measured(features, selection):
    selected = selection["lasso"]
    assert 1 <= len(selected) <= N_SELECTED
    assert len(set(selected)) == len(selected)
    assert set(selected) <= set(features.columns)


def test_probabilities_are_proportions_that_add_up_to_one(predictions):
    values = predictions[PROBABILITIES].to_numpy()
    assert ((values >= 0) & (values <= 1)).all()
    assert np.allclose(values.sum(axis=1), 1)


def test_the_predicted_class_is_the_most_probable_one(predictions):
    values = predictions[PROBABILITIES].to_numpy()
    chosen = values[np.arange(len(values)), predictions["predicted"].map(CLASSES.index)]
    assert (chosen == values.max(axis=1)).all()


def test_every_patient_with_features_is_classified_once(results, predictions, batch_table):
    measured = batch_table("features").query("status == 'done'")["patient"]
    assert predictions["patient"].is_unique
    assert set(predictions["patient"]) == set(measured)


def test_predictions_agree_with_the_cohort_on_split_and_diagnosis(screened, predictions):
    known = screened.set_index("patient").loc[predictions["patient"]]
    for column in ("split", "diagnosis"):
        assert predictions[column].fillna("").tolist() == known[column].fillna("").tolist()


def test_the_model_was_fitted_on_exactly_the_training_patients(study, features, selection):
    training = set(study.loc[study["split"] == "training", "patient"]) & set(features["patient"])
    assert selection["training"]["sha256"] == fingerprint(sorted(training))
    assert selection["training"]["n"] == len(training)


def test_thresholds_came_from_validation_patients_alone(predictions, thresholds):
    validation = predictions[predictions["split"] == "validation"]
    for name in CLASSES:
        assert thresholds[name]["chosen_on"] == "validation"
        assert thresholds[name]["n_positive"] == (validation["diagnosis"] == name).sum()
        assert thresholds[name]["n_negative"] == (validation["diagnosis"] != name).sum()


def test_thresholds_come_out_the_same_without_the_test_patients(predictions, thresholds):
    opened = predictions[predictions["split"] != "test"]
    for name, chosen in choose_thresholds(opened, split="validation").items():
        frozen = thresholds[name]["threshold"]
        cut = chosen["threshold"]
        assert np.isnan(cut) if frozen is None else np.isclose(cut, frozen, rtol=0, atol=1e-9)


def test_the_temperature_came_from_validation_patients_alone(results, predictions):
    fitted = json.loads((results / "model/temperature.json").read_text(encoding="utf-8"))
    labelled = predictions[predictions["diagnosis"].notna()]
    assert fitted["fitted_on"] == "validation"
    assert fitted["patients"] == (labelled["split"] == "validation").sum()
    if fitted["patients"]:
        assert fitted["log_loss_after"] <= fitted["log_loss_before"] + 1e-9


def test_thresholds_lie_between_validation_patients(predictions, thresholds):
    validation = predictions[predictions["split"] == "validation"]
    for name in CLASSES:
        cut = thresholds[name]["threshold"]
        if cut is not None:
            values = validation[f"p_{name}"]
            assert values.min() <= cut <= values.max()
