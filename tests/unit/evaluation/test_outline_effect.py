"""The same model on two outlines: whose class changed, and what the AUCs lose."""

import numpy as np
import pandas as pd
import pytest

from osteoct.classification.predictions import PROBABILITIES
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.outline_effect import effect, pair, tabulate_effect

TRUTH = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 0])


@pytest.fixture
def intervals():
    settings = {"confidence": 0.95, "proportion": "wilson", "auc": "newcombe", "resamples": 20}
    return Intervals.seeded(1, "test", **settings)


def predictions(predicted):
    """A patient of each class of TRUTH, given a class with probability 0.8; the last one trains."""
    table = pd.DataFrame({"patient": [f"P{n}" for n in range(len(TRUTH))]})
    table["split"] = ["test"] * (len(TRUTH) - 1) + ["training"]
    table["diagnosis"] = [CLASSES[k] for k in TRUTH]
    table["predicted"] = [CLASSES[k] for k in predicted]
    table[PROBABILITIES] = np.full((len(TRUTH), 3), 0.1) + 0.7 * np.eye(3)[predicted]
    return table


def test_the_same_answers_change_nothing(intervals):
    pairs = pair(predictions(TRUTH), predictions(TRUTH))
    assert len(pairs) == 9
    found = effect(pairs, intervals)
    assert not pairs["changed"].any()
    assert (found["auc"] == 1).all()
    assert (found["difference"].dropna() == 0).all()
    note = tabulate_effect(found, pairs, intervals)["Class"].iloc[-1]
    assert note.startswith("0 of 9 test patients are given another class")


def test_one_changed_patient_is_counted_in_its_true_class(intervals):
    worse = TRUTH.copy()
    worse[3] = 2  # a patient with osteopenia is called osteoporotic from the automatic outline
    pairs = pair(predictions(worse), predictions(TRUTH))
    found = effect(pairs, intervals).set_index(["class", "outline"])
    assert list(pairs.loc[pairs["changed"], "patient"]) == ["P3"]
    assert found.loc[("osteopenia", "reader"), "n_changed"] == 1
    assert found.loc[("normal", "reader"), "n_changed"] == 0
    assert found.loc[("osteopenia", "automatic"), "auc"] == pytest.approx(5 / 6)
    assert found.loc[("osteopenia", "reader"), "difference"] == pytest.approx(-1 / 6)


def test_a_patient_without_a_readers_outline_is_left_out(intervals):
    pairs = pair(predictions(TRUTH), predictions(TRUTH).iloc[1:])
    assert "P0" not in set(pairs["patient"])
    table = tabulate_effect(effect(pairs, intervals), pairs, intervals)
    assert table.loc[0, "Positive / negative"] == "2 / 6"
    assert table.loc[0, "P"] == ""
