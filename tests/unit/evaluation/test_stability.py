"""Nogueira's index against its definition, and that resamples leave other patients alone."""

import numpy as np
import pandas as pd
import pytest

from osteoct.evaluation.stability import nogueira, resample_selection, tabulate_stability

SELECTION = {
    "redundancy": {"max_correlation": 0.999},
    "rfe": {"keep": 12, "step": 0.4, "trees": 50},
    "mrmr": {"keep": 8},
    "lasso": {"keep": 5},
}


def cohort(signal):
    """Training patients of whom the first five features follow the class, or none do."""
    rng = np.random.default_rng(4)
    classes = np.arange(90) % 3
    values = rng.normal(size=(90, 30))
    values[:, :5] += signal * classes[:, None]
    names = [f"original_glcm_Made{number}" for number in range(30)]
    index = [f"P{number:02d}" for number in range(90)]
    return pd.DataFrame(values, columns=names, index=index), pd.Series(classes, index=index)


def resample(signal):
    return resample_selection(
        *cohort(signal),
        seed=2,
        selection=SELECTION,
        settings={"resamples": 4, "trees": 5},
        threads=1,
    )


def test_index_is_one_less_the_observed_over_the_chance_variance():
    chosen = np.array([[1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [1, 1, 0, 0, 0]])
    variances = chosen.var(axis=0, ddof=1)
    by_chance = (6 / 15) * (1 - 6 / 15)
    assert nogueira(chosen, confidence=0.95)[0] == pytest.approx(1 - variances.mean() / by_chance)


def test_random_sets_have_no_stability_and_the_interval_covers_it():
    rng, held = np.random.default_rng(0), 0
    for _ in range(200):
        chosen = np.zeros((30, 40))
        for row in chosen:
            row[rng.choice(40, 8, replace=False)] = 1
        _, low, high = nogueira(chosen, confidence=0.95)
        held += low <= 0 <= high
    assert held / 200 == pytest.approx(0.95, abs=0.05)


def test_one_resample_or_no_choice_has_no_index():
    assert np.isnan(nogueira(np.ones((1, 4)), confidence=0.95)).all()
    assert np.isnan(nogueira(np.ones((3, 4)), confidence=0.95)).all()


def test_a_strong_signal_is_selected_again_and_noise_is_not():
    strong, noise = resample(signal=1.5), resample(signal=0)
    index = [nogueira(chosen.to_numpy(), confidence=0.95)[0] for chosen in (strong, noise)]
    assert index[0] > 0.7 > 0.5 > index[1]
    assert strong.iloc[:, :5].mean().min() > 0.6


def test_a_resample_that_cannot_select_is_left_out_and_logged(caplog):
    features, classes = cohort(1.0)
    chosen = resample_selection(
        features.iloc[:3],
        classes.iloc[:3],
        seed=2,
        selection=SELECTION,
        settings={"resamples": 2, "trees": 5},
        threads=1,
    )
    assert chosen.shape == (0, 30)
    assert "A resample is left out" in caplog.text
    record = {
        "lasso": [features.columns[0]],
        "coefficients": {features.columns[0]: 0.5},
        "tuning": {"selected_by_fold": []},
    }
    table = tabulate_stability(chosen, record, confidence=0.95)
    assert table["feature"].tolist() == [features.columns[0]]
    assert table[["fraction_of_resamples", "fraction_of_folds", "stability"]].isna().all(axis=None)


def test_table_lists_the_model_first_among_equals_and_leaves_out_what_nobody_selects():
    chosen = pd.DataFrame(
        [[True, True, False, False], [True, False, False, False]], columns=list("abcd")
    )
    record = {
        "lasso": ["b", "c"],
        "coefficients": {"b": 0.5, "c": -0.2},
        "tuning": {"selected_by_fold": [["a"], ["a", "c"]]},
    }
    table = tabulate_stability(chosen, record, confidence=0.95)
    assert table["feature"].tolist() == ["a", "b", "c"]
    assert table["fraction_of_resamples"].tolist() == [1.0, 0.5, 0.0]
    assert table["fraction_of_folds"].tolist() == [1.0, 0.0, 0.5]
    assert table["stability"].nunique() == 1
