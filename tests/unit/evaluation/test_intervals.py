"""Published tables of intervals, and what happens at the edges."""

import numpy as np
import pytest

from osteoct.evaluation.intervals import (
    agresti_coull,
    bootstrap,
    clopper_pearson,
    exact_auc,
    hanley_mcneil_variance,
    jeffreys,
    newcombe_auc,
    newcombe_variance,
    wald,
    wilson,
)


@pytest.mark.parametrize(
    "successes, trials, expected",
    [
        # Newcombe (1998), Stat Med 17:857-872, Table I, method 3.
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0000, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_wilson_matches_newcombe_1998(successes, trials, expected):
    assert wilson(successes, trials, confidence=0.95) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    "successes, trials, expected",
    [
        # Newcombe (1998), Table I, method 5 (exact binomial).
        (81, 263, (0.2527, 0.3676)),
        (15, 148, (0.0578, 0.1617)),
        (0, 20, (0.0000, 0.1684)),
        (1, 29, (0.0009, 0.1776)),
    ],
)
def test_clopper_pearson_matches_newcombe_1998(successes, trials, expected):
    assert clopper_pearson(successes, trials, confidence=0.95) == pytest.approx(expected, abs=5e-5)


def test_agresti_coull_is_wald_on_four_more_patients_at_95_percent():
    low, high = agresti_coull(9, 20, confidence=0.95)
    z2 = 1.959963984540054**2
    share, trials = (9 + z2 / 2) / (20 + z2), 20 + z2
    assert (low + high) / 2 == pytest.approx(share)
    assert (high - low) / 2 == pytest.approx((z2 * share * (1 - share) / trials) ** 0.5)


@pytest.mark.parametrize(
    "successes, trials, printed",
    [
        (44, 52, (0.719, 0.931)),
        (41, 49, (0.703, 0.927)),
        (18, 19, (0.740, 0.999)),
        (79, 82, (0.897, 0.992)),
        (23, 30, (0.577, 0.901)),
        (53, 71, (0.629, 0.842)),
    ],
)
def test_clopper_pearson_gives_the_proportions_du_et_al_printed(successes, trials, printed):
    interval = clopper_pearson(successes, trials, confidence=0.95)
    assert tuple(round(limit, 3) for limit in interval) == printed


@pytest.mark.parametrize(
    "auc, printed",
    [(0.924, (0.854, 0.967)), (0.960, (0.901, 0.989)), (0.828, (0.740, 0.896))],
)
def test_exact_auc_gives_the_intervals_du_et_al_printed(auc, printed):
    interval = exact_auc(auc, 101, confidence=0.95)
    assert tuple(round(limit, 3) for limit in interval) == printed


def test_newcombe_auc_matches_the_documented_value_of_singlecasees():
    # R package SingleCaseES, NAP() with 6 against 7 observations, 90 % interval.
    low, _ = newcombe_auc(0.9166666666666667, 6, 7, confidence=0.90)
    assert low == pytest.approx(0.65910919023, abs=1e-9)


def test_newcombe_auc_solves_its_defining_equation():
    for auc in (0.05, 0.5, 0.828, 0.96, 0.999):
        for limit in newcombe_auc(auc, 30, 71, confidence=0.95):
            margin = 1.959963984540054 * newcombe_variance(limit, 30, 71) ** 0.5
            assert abs(auc - limit) == pytest.approx(margin, abs=1e-9)


def test_newcombe_auc_is_an_interval_where_the_auc_is_one():
    low, high = newcombe_auc(1.0, 19, 82, confidence=0.95)
    assert (round(low, 3), high) == (0.936, 1.0)


def test_newcombe_auc_of_the_mirrored_score_is_the_mirrored_interval():
    low, high = newcombe_auc(0.8, 5, 9, confidence=0.95)
    mirrored = newcombe_auc(0.2, 5, 9, confidence=0.95)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)
    assert newcombe_auc(0.0, 5, 9, confidence=0.95)[0] == 0.0


def test_one_patient_against_one_says_next_to_nothing():
    low, high = newcombe_auc(1.0, 1, 1, confidence=0.95)
    assert low < 0.3
    assert high == 1.0


@pytest.mark.parametrize("variance", [hanley_mcneil_variance, newcombe_variance])
def test_variance_at_one_half_is_that_of_the_mann_whitney_test(variance):
    # Mann & Whitney (1947): Var(U) = mn(m + n + 1) / 12, and AUC = U / mn.
    assert variance(0.5, 19, 82) == pytest.approx((19 + 82 + 1) / (12 * 19 * 82), rel=1e-12)


def test_variances_of_hanley_mcneil_and_newcombe_agree_for_groups_of_one_size():
    same = newcombe_variance(0.87, 40, 40)
    assert hanley_mcneil_variance(0.87, 40, 40) == pytest.approx(same, rel=1e-12)


@pytest.mark.parametrize("method", [wilson, clopper_pearson, jeffreys, agresti_coull])
@pytest.mark.parametrize("successes, trials", [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_what_is_no_proportion_is_refused(method, successes, trials):
    with pytest.raises(ValueError, match="not a proportion"):
        method(successes, trials, confidence=0.95)


@pytest.mark.parametrize("auc, positives, negatives", [(1.1, 3, 3), (0.5, 0, 3), (0.5, 3, 0)])
def test_what_is_no_auc_is_refused(auc, positives, negatives):
    with pytest.raises(ValueError, match="has no interval"):
        newcombe_auc(auc, positives, negatives, confidence=0.95)


@pytest.mark.parametrize("method", [wilson, clopper_pearson, jeffreys, agresti_coull])
def test_intervals_touch_the_ends_where_the_estimate_does(method):
    assert method(0, 7, confidence=0.95)[0] == 0.0
    assert method(7, 7, confidence=0.95)[1] == 1.0


def test_wald_is_cut_off_at_one():
    assert wald(0.96, 0.05, confidence=0.95) == pytest.approx((0.862, 1.0), abs=5e-4)


def test_bootstrap_of_a_mean_is_close_to_its_normal_interval():
    values = np.random.default_rng(1).normal(size=200)
    low, high = bootstrap(
        lambda rows: values[rows].mean(),
        [np.arange(200)],
        resamples=2000,
        confidence=0.95,
        rng=np.random.default_rng(2),
    )
    margin = 1.96 * values.std() / 200**0.5
    assert (low, high) == pytest.approx((values.mean() - margin, values.mean() + margin), abs=0.02)


def test_bootstrap_keeps_the_size_of_every_group():
    sizes = []
    bootstrap(
        lambda rows: sizes.append(((rows < 3).sum(), (rows >= 3).sum())) or 0.0,
        [np.arange(3), np.arange(3, 10)],
        resamples=50,
        confidence=0.9,
        rng=np.random.default_rng(0),
    )
    assert set(sizes) == {(3, 7)}
