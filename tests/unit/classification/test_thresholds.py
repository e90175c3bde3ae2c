"""Cut-offs by hand, and that nothing but validation patients moves them."""

import numpy as np
import pandas as pd
import pytest

from osteoct.classification.thresholds import choose_thresholds, youden_threshold


def cut(is_positive, score):
    return youden_threshold(np.array(is_positive, bool), np.array(score, float))


@pytest.fixture
def predictions():
    rng = np.random.default_rng(3)
    probabilities = rng.dirichlet([1, 1, 1], size=60)
    frame = pd.DataFrame(probabilities, columns=["p_normal", "p_osteopenia", "p_osteoporosis"])
    frame["split"] = ["training", "validation", "test"] * 20
    frame["diagnosis"] = rng.permutation(["normal", "osteopenia", "osteoporosis"] * 20)
    return frame


def test_cut_off_lies_half_way_between_the_groups():
    assert cut([0, 0, 1, 1], [0.1, 0.2, 0.6, 0.9]) == (pytest.approx(0.4), 1.0, "")


def test_of_equally_good_cut_offs_the_most_sensitive_is_taken():
    # 0.3 finds both diseased with one false alarm of two; 0.75 one of two without any.
    threshold, youden, _ = cut([0, 1, 0, 1], [0.1, 0.5, 0.7, 0.8])
    assert threshold == pytest.approx(0.3)
    assert youden == pytest.approx(0.5)


def test_a_score_worse_than_chance_calls_everybody_positive():
    assert cut([1, 1, 0, 0], [0.1, 0.2, 0.6, 0.9])[:2] == (0.1, 0.0)


@pytest.mark.parametrize(
    "is_positive, score, why",
    [
        ([0, 0], [0.1, 0.2], "no patient with this diagnosis"),
        ([1, 1], [0.1, 0.2], "no patient without this diagnosis"),
        ([0, 1], [0.5, 0.5], "same probability"),
        ([], [], "no patient"),
    ],
)
def test_where_there_is_nothing_to_choose_the_note_says_why(is_positive, score, why):
    threshold, youden, note = cut(is_positive, score)
    assert np.isnan([threshold, youden]).all()
    assert why in note


def test_test_and_training_patients_never_move_a_cut_off(predictions):
    before = choose_thresholds(predictions, split="validation")
    others = predictions["split"] != "validation"
    shuffled = predictions.copy()
    shuffled.loc[others, "p_normal"] = 1 - shuffled.loc[others, "p_normal"]
    shuffled.loc[others, "diagnosis"] = "normal"
    assert choose_thresholds(shuffled, split="validation") == before
    assert choose_thresholds(predictions[~others], split="validation") == before


def test_validation_patients_do(predictions):
    before = choose_thresholds(predictions, split="validation")
    turned = predictions.assign(p_normal=1 - predictions["p_normal"])
    assert choose_thresholds(turned, split="validation")["normal"] != before["normal"]
