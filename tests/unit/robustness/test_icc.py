"""The ICC against published worked examples."""

import numpy as np
import pytest

from osteoct.robustness.icc import absolute_agreement

# Shrout and Fleiss (1979), table 2: six targets rated by four judges.
RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def one(table, confidence=0.95):
    return [
        float(part[0])
        for part in absolute_agreement(np.array(table)[:, :, None], confidence=confidence)
    ]


def test_shrout_and_fleiss_printed_029():
    assert one(RATINGS)[0] == pytest.approx(0.29, abs=0.005)


def test_interval_of_that_example():
    # Shrout and Fleiss' formula on their own mean squares: 11.24, 32.49, 1.02
    assert one(RATINGS)[1:] == pytest.approx([0.0188, 0.7611], abs=5e-4)


def test_wider_for_more_confidence():
    icc, low, high = one(RATINGS, 0.99)
    assert low < one(RATINGS)[1] < icc < one(RATINGS)[2] < high


def test_a_rater_who_adds_a_constant_lowers_agreement():
    first = np.arange(8.0)
    assert one(np.stack([first, first], 1)) == [1, 1, 1]
    assert one(np.stack([first, first + 2], 1))[0] < 0.9


def test_features_at_once_equal_one_by_one():
    values = np.random.default_rng(3).normal(size=(9, 5, 40)) + np.arange(9)[:, None, None]
    together = absolute_agreement(values, confidence=0.95)
    for place in range(40):
        assert [part[place] for part in together] == pytest.approx(one(values[:, :, place]))


def test_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(11)
    femora = rng.normal(0, 1, (12, 1, 4000))
    ways = rng.normal(0, 0.3, (1, 7, 4000))
    left = rng.normal(0, 0.5, (12, 7, 4000))
    _, low, high = absolute_agreement(femora + ways + left, confidence=0.95)
    truth = 1 / (1 + 0.09 + 0.25)
    assert np.mean((low <= truth) & (truth <= high)) == pytest.approx(0.95, abs=0.02)


def test_no_spread_or_one_femur_has_no_icc():
    assert np.isnan(one(np.ones((5, 3)))).all()
    assert np.isnan(one([[1, 2, 3]])).all()
    assert np.isnan(one([[1], [2], [3]])).all()
