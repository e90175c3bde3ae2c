"""The optional ICC filter: what it drops, and that it looks at its own patients alone."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from osteoct.classification.filters import DropUnreliable
from osteoct.classification.model import fit_classifier
from osteoct.classification.model_file import load_model, save_model
from osteoct.robustness.repeats import KINDS, UNCHANGED

SELECTION = {
    "redundancy": {"max_correlation": 0.999},
    "rfe": {"keep": 12, "step": 0.4, "trees": 10},
    "mrmr": {"keep": 8},
    "lasso": {"keep": 5},
}
CLASSIFIER = {
    "folds": 3,
    "curve_penalties": 10,
    "estimator": "forest",
    "forest": {"n_estimators": 10, "class_weight": "balanced", "grid": {"min_samples_leaf": [1]}},
}


@pytest.fixture
def cohort():
    """60 patients; every feature follows the class, the first ten of 20 do not survive a change."""
    rng = np.random.default_rng(4)
    classes = np.arange(60) % 3
    values = rng.normal(size=(60, 20)) + classes[:, None]
    index = pd.Index([f"P{number:02d}" for number in range(60)], name="patient")
    names = [f"original_glcm_Made{number}" for number in range(20)]
    features = pd.DataFrame(values, columns=names, index=index)
    rows = []
    for patient in index[:30]:
        for kind in (UNCHANGED, *KINDS):
            moved = features.loc[patient] + rng.normal(size=20) * np.repeat([4, 0.1], 10)
            rows.append({"patient": patient, "kind": kind, "number": 0, **moved})
    return features, pd.Series(classes, index=index), pd.DataFrame(rows)


def test_features_that_changes_change_are_dropped(cohort):
    features, classes, repeats = cohort
    drop = DropUnreliable(min_icc=0.75, repeats=repeats).set_output(transform="pandas")
    assert list(drop.fit_transform(features, classes)) == list(features)[10:]
    assert drop.femora_ == 30


def test_repeats_of_other_patients_have_no_influence(cohort):
    features, classes, repeats = cohort
    corrupted = repeats.copy()
    others = corrupted["patient"] >= "P20"
    corrupted.loc[others, features.columns] = np.random.default_rng(1).normal(
        size=(others.sum(), 20)
    )
    fitted = [
        DropUnreliable(min_icc=0.75, repeats=table).fit(features[:20], classes[:20])
        for table in (repeats, corrupted)
    ]
    assert (fitted[0].icc_ == fitted[1].icc_).all() and fitted[0].femora_ == 20
    whole = DropUnreliable(min_icc=0.75, repeats=corrupted).fit(features, classes)
    assert (whole.icc_ != fitted[0].icc_).all()


def test_too_few_femora_raise_with_a_remedy(cohort):
    features, classes, repeats = cohort
    with pytest.raises(ValueError, match=r"3 or more .* are 2. Raise robustness.patients"):
        DropUnreliable(min_icc=0.5, repeats=repeats).fit(features.iloc[[0, 1, 50]], classes)
    with pytest.raises(ValueError, match="No feature reaches"):
        DropUnreliable(min_icc=1, repeats=repeats).fit(features, classes)


@pytest.mark.parametrize("min_icc, allowed", [(0.75, 10), (0, 20)])
def test_model_uses_reliable_features_and_its_file_holds_no_patient(
    cohort, tmp_path, min_icc, allowed
):
    features, classes, repeats = cohort
    selection = {**SELECTION, "reliability": {"min_icc": min_icc, "repeats": repeats}}
    model, record = fit_classifier(
        features, classes, seed=1, selection=selection, classifier=CLASSIFIER, threads=1
    )
    chosen = set(record["lasso"]).union(*record["tuning"]["selected_by_fold"])
    assert (chosen <= set(features.columns[10:])) == (allowed == 10)
    assert record["counts"].get("reliability", 20) == allowed
    save_model(model, tmp_path / "model.skops")
    again = load_model(tmp_path / "model.skops")
    assert ("DropUnreliable" in str(again)) == (min_icc > 0)
    assert (again.predict_proba(features) == model.predict_proba(features)).all()
    if min_icc:
        assert again.named_steps["reliability"].repeats is None


def test_it_can_be_cloned_as_every_fold_does(cohort):
    drop = DropUnreliable(min_icc=0.75, repeats=cohort[2])
    assert clone(drop).fit(*cohort[:2]).support_.sum() == 10
