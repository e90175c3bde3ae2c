"""DeLong's variance and test, against pairs counted one by one."""

import numpy as np
import pytest
from scipy.stats import bootstrap
from sklearn.metrics import roc_auc_score

from osteoct.evaluation.auc import (
    bootstrap_bca_auc,
    delong_auc,
    delong_logit_auc,
    delong_test,
    delong_variance,
    placements,
    roc_auc,
)


@pytest.fixture
def scores():
    """Two correlated scores with ties, of 12 diseased and 20 healthy patients."""
    rng = np.random.default_rng(5)
    is_positive = np.arange(32) < 12
    truth = is_positive + rng.normal(size=32)
    return is_positive, truth.round(1), (truth + rng.normal(size=32)).round(1)


def counted(positive, negative):
    """The pairs of a diseased and a healthy patient, each worth 1, ½ or 0."""
    return np.array([[1.0 * (p > n) + 0.5 * (p == n) for n in negative] for p in positive])


def test_auc_equals_that_of_scikit_learn(scores):
    is_positive, score, _ = scores
    expected = roc_auc_score(is_positive, score)
    assert roc_auc(score[is_positive], score[~is_positive]) == pytest.approx(expected, abs=1e-15)


def test_auc_without_diseased_patients_is_undefined():
    assert np.isnan(roc_auc([], [0.1, 0.2]))


def test_variance_equals_that_of_pairs_counted_one_by_one(scores):
    is_positive, score, _ = scores
    pairs = counted(score[is_positive], score[~is_positive])
    expected = pairs.mean(axis=1).var(ddof=1) / 12 + pairs.mean(axis=0).var(ddof=1) / 20
    variance = delong_variance(score[is_positive], score[~is_positive])
    assert variance == pytest.approx(expected, rel=1e-12)


def test_one_patient_shows_no_spread():
    assert np.isnan(delong_variance([0.9], [0.1, 0.2]))
    assert np.isnan(delong_auc(1.0, np.nan, confidence=0.95)).all()


def test_delong_has_nothing_to_say_about_perfect_separation():
    variance = delong_variance([0.8, 0.9], [0.1, 0.2])
    assert variance == 0
    assert np.isnan(delong_auc(1.0, variance, confidence=0.95)).all()
    assert np.isnan(delong_logit_auc(1.0, variance, confidence=0.95)).all()


def test_logit_interval_stays_inside_and_holds_the_estimate():
    low, high = delong_logit_auc(0.97, 0.03**2, confidence=0.95)
    assert 0 < low < 0.97 < high < 1
    assert delong_auc(0.97, 0.03**2, confidence=0.95)[1] == 1.0


def test_paired_test_equals_one_made_of_covariances(scores):
    is_positive, score, other = scores
    first = counted(score[is_positive], score[~is_positive])
    second = counted(other[is_positive], other[~is_positive])
    covariance = (
        np.cov(first.mean(axis=1), second.mean(axis=1)) / 12
        + np.cov(first.mean(axis=0), second.mean(axis=0)) / 20
    )
    contrast = np.array([1, -1])
    difference, error, p_value = delong_test(is_positive, score, other)
    assert difference == pytest.approx(first.mean() - second.mean(), abs=1e-15)
    assert error == pytest.approx((contrast @ covariance @ contrast) ** 0.5, rel=1e-12)
    assert 0 < p_value < 1


def test_a_score_does_not_differ_from_itself(scores):
    is_positive, score, _ = scores
    difference, error, p_value = delong_test(is_positive, score, score)
    assert (difference, error) == (0, 0)
    assert np.isnan(p_value)


def test_order_of_the_scores_turns_the_sign_only(scores):
    is_positive, score, other = scores
    there, back = delong_test(is_positive, score, other), delong_test(is_positive, other, score)
    assert there == pytest.approx((-back[0], back[1], back[2]))


def test_paired_test_holds_its_level_where_both_scores_are_equally_good():
    rng = np.random.default_rng(11)
    is_positive = np.arange(60) < 25
    rejected = 0
    for _ in range(300):
        truth = is_positive + rng.normal(size=60)
        one, two = truth + rng.normal(size=60), truth + rng.normal(size=60)
        rejected += delong_test(is_positive, one, two)[2] < 0.05
    assert rejected / 300 == pytest.approx(0.05, abs=0.03)


def test_placements_average_to_the_auc(scores):
    is_positive, score, _ = scores
    of_positive, of_negative = placements(score[is_positive], score[~is_positive])
    assert of_positive.mean() == pytest.approx(of_negative.mean())
    assert of_positive.mean() == pytest.approx(roc_auc(score[is_positive], score[~is_positive]))


def test_bca_interval_is_that_of_scipy(scores):
    is_positive, score, _ = scores
    groups = score[is_positive], score[~is_positive]
    expected = bootstrap(
        groups, lambda p, n, axis=-1: roc_auc(p, n), vectorized=False, n_resamples=4000, rng=1
    ).confidence_interval
    rng = np.random.default_rng(2)
    found = bootstrap_bca_auc(*groups, confidence=0.95, resamples=20_000, rng=rng)
    assert found == pytest.approx(tuple(expected), abs=0.012)


def test_bca_interval_is_undefined_where_every_resample_is_alike():
    rng = np.random.default_rng(0)
    drawing = {"confidence": 0.95, "resamples": 50, "rng": rng}
    assert np.isnan(bootstrap_bca_auc([0.8, 0.9], [0.1, 0.2], **drawing)).all()
    assert np.isnan(bootstrap_bca_auc([0.8], [0.1, 0.2], **drawing)).all()
