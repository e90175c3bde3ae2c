"""Each step of the selection: what it keeps, and that it looks at training patients alone."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from mrmr import mrmr_classif
from sklearn.linear_model import Lasso
from sklearn.pipeline import Pipeline

from osteoct.classification.filters import DropRedundant
from osteoct.classification.selection import (
    LassoPathSelector,
    MrmrSelector,
    RecursiveElimination,
    selection_steps,
)
from osteoct.classification.selection_record import lasso_curve
from osteoct.classification.tuning import stratified_splits

SETTINGS = {
    "redundancy": {"max_correlation": 0.999},
    "rfe": {"keep": 30, "step": 0.2, "trees": 20},
    "mrmr": {"keep": 20},
    "lasso": {"keep": 15},
}


def cohort(n=90, p=80, seed=1):
    """Features of which the first ten carry the class, and the class."""
    rng = np.random.default_rng(seed)
    severity = rng.standard_normal(n)
    values = rng.standard_normal((n, p))
    values[:, :10] += severity[:, None]
    features = pd.DataFrame(values, columns=[f"feature_{k}" for k in range(p)])
    features.index = [f"P{k:03d}" for k in range(n)]
    return features, pd.Series(np.digitize(severity, [-0.4, 0.5]), index=features.index)


def selector(**changes):
    steps = selection_steps(seed=7, **{**SETTINGS, **changes})
    return Pipeline(steps).set_output(transform="pandas")


def test_constant_missing_infinite_and_repeated_features_are_dropped():
    features, classes = cohort(p=5)
    corrupted = features.assign(
        constant=3.7,
        missing=features["feature_0"].where(features.index != "P003"),
        infinite=np.where(features.index == "P004", np.inf, features["feature_1"]),
        rescaled=40 - 3 * features["feature_2"],
    )
    drop = DropRedundant(max_correlation=0.999).set_output(transform="pandas")
    assert list(drop.fit_transform(corrupted, classes)) == list(features)
    assert drop.varying_.sum() == 6, "the rescaled one varies, it only repeats another"


def test_of_two_alike_features_the_first_stays():
    features, classes = cohort(p=3)
    twins = pd.concat([features["feature_1"].rename("twin"), features], axis=1)
    drop = DropRedundant(max_correlation=0.999).set_output(transform="pandas")
    assert list(drop.fit_transform(twins, classes)) == ["twin", "feature_0", "feature_2"]


def test_training_patients_who_are_all_alike_are_refused():
    with pytest.raises(ValueError, match="No feature varies"):
        DropRedundant(max_correlation=0.999).fit(np.ones((9, 4)))


def test_elimination_keeps_the_features_that_carry_the_class():
    features, classes = cohort()
    keep = RecursiveElimination(keep=10, step=0.1, trees=60, seed=3).fit(features, classes)
    assert keep.support_[:10].sum() >= 9


def test_mrmr_chooses_as_the_package_does():
    features, classes = cohort()
    chosen = MrmrSelector(keep=12).fit(features, classes)
    direct = mrmr_classif(features, classes, K=12, n_jobs=1, show_progress=False)
    assert [features.columns[place] for place in chosen.ranking_] == direct
    assert set(chosen.get_feature_names_out()) == set(direct)


def test_importing_mrmr_silences_no_warning():
    code = f"import sys; sys.path = {sys.path!r}; import osteoct.classification.selection, warnings"
    blanket = "[f for f in warnings.filters if f[:3] == ('ignore', None, Warning)]"
    subprocess.run([sys.executable, "-c", f"{code}; assert not {blanket}"], check=True)


def test_lasso_stops_at_the_first_knot_with_fifteen_features():
    features, classes = cohort(p=20)
    lasso = LassoPathSelector(keep=15).fit(features, classes)
    active = (lasso.path_ != 0).sum(axis=0)
    assert active[lasso.knot_] == 15
    assert active[: lasso.knot_].max() == 14
    assert lasso.support_.sum() == 15


def test_coefficients_at_the_knot_solve_the_lasso_there():
    features, classes = cohort(p=20)
    lasso = LassoPathSelector(keep=15).fit(features, classes)
    solved = Lasso(alpha=lasso.alphas_[lasso.knot_], tol=1e-10, max_iter=100_000)
    solved.fit(features, classes)
    assert lasso.coef_ == pytest.approx(solved.coef_, abs=1e-6)


def test_fewer_features_than_wanted_are_all_kept():
    features, classes = cohort(p=6)
    assert set(selector().fit(features, classes).get_feature_names_out()) == set(features)


def test_eight_patients_select_what_their_path_can_hold():
    features, classes = cohort(n=8)
    assert classes.nunique() == 3
    names = selector().fit(features, classes).get_feature_names_out()
    assert 1 <= len(names) <= 7


def test_a_class_of_each_patients_own_cannot_be_ranked():
    features, _ = cohort(n=3)
    with pytest.raises(ValueError, match="mRMR finds no relevant feature"):
        MrmrSelector(keep=5).fit(features, pd.Series([0, 1, 2]))


def test_selection_is_the_same_each_time_and_keeps_names():
    features, classes = cohort()
    once, again = (selector().fit(features, classes) for _ in range(2))
    assert list(once.get_feature_names_out()) == list(again.get_feature_names_out())
    assert list(once.transform(features)) == list(once.get_feature_names_out())
    assert len(once.get_feature_names_out()) == 15


def test_curve_has_its_minimum_at_the_recorded_penalty():
    features, classes = cohort(p=20)
    splits = stratified_splits(classes, folds=5, seed=1)
    curve = lasso_curve(features, classes, splits=splits, curve_penalties=30)
    assert curve["alpha"][np.argmin(curve["mean"])] == curve["chosen_alpha"]
    solved = Lasso(alpha=curve["chosen_alpha"]).fit(features, classes)
    assert curve["chosen_count"] == (solved.coef_ != 0).sum()
    assert len(curve["mean"]) == len(curve["standard_error"]) == 30


def test_without_folds_there_is_no_curve():
    features, classes = cohort(p=20)
    curve = lasso_curve(features, classes, splits=[], curve_penalties=30)
    assert curve["alpha"] == []
    assert curve["chosen_count"] is None
