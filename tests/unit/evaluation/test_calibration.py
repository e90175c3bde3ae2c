"""Calibration against simulated truth and statsmodels' arithmetic by hand; curves at their ends."""

import numpy as np
import pandas as pd
import pytest

from osteoct.classification.predictions import PROBABILITIES
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.calibration import FORMS, calibrate, recalibrate, reliability
from osteoct.evaluation.calibration_table import tabulate_calibration
from osteoct.evaluation.decisions import DECISIONS, decision_curves, net_benefits
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.temperature import apply_temperature, fit_temperature, log_loss
from osteoct.figures.calibration import draw_calibration
from osteoct.figures.decisions import draw_decisions

INTERVALS = Intervals.seeded(
    1, "test", confidence=0.95, proportion="wilson", auc="newcombe", resamples=50
)


def classify(count, split, temperature=1.0, seed=0):
    """Patients drawn from known probabilities, of which the model gives a sharpened version."""
    rng = np.random.default_rng([seed, count])
    true = rng.dirichlet([1.5, 1.5, 1.5], count)
    codes = [rng.choice(3, p=row) for row in true]
    frame = pd.DataFrame(
        apply_temperature(true, 1 / temperature, min_probability=1e-9), columns=PROBABILITIES
    )
    frame["predicted"] = [CLASSES[code] for code in true.argmax(axis=1)]
    frame["diagnosis"] = [CLASSES[code] for code in codes]
    return frame.assign(split=split, patient=[f"{split}{n}" for n in range(count)])


def study(validation, test, temperature=1.0):
    parts = [classify(validation, "validation", temperature), classify(test, "test", temperature)]
    return pd.concat(parts, ignore_index=True)


def values_of(predictions, temperature=1.0):
    return calibrate(predictions, temperature, INTERVALS)


def test_the_temperature_that_sharpened_is_found_again():
    fitted = fit_temperature(study(3000, 0, temperature=2.0), split="validation")
    assert fitted["temperature"] == pytest.approx(2.0, abs=0.15)
    assert fitted["log_loss_after"] < fitted["log_loss_before"]


def test_test_patients_do_not_move_the_temperature():
    predictions = study(60, 60)
    before = fit_temperature(predictions, split="validation")
    test = predictions["split"] == "test"
    changed = predictions.copy()
    changed.loc[test, "diagnosis"] = "normal"
    changed.loc[test, PROBABILITIES] = [0.0, 0.0, 1.0]
    assert fit_temperature(changed, split="validation") == before


def test_temperature_needs_patients_and_at_least_one_mistake():
    nobody = fit_temperature(study(0, 5), split="validation")
    assert (nobody["temperature"], nobody["patients"]) == (1.0, 0)
    right = classify(6, "validation")
    right["diagnosis"] = right["predicted"]
    assert fit_temperature(right, split="validation")["at_limit"]


def test_tempering_keeps_the_order_and_adds_up_to_one():
    given = np.array([[0.7, 0.3, 0.0], [0.2, 0.5, 0.3]])
    for temperature in (0.3, 1.0, 4.0):
        found = apply_temperature(given, temperature)
        assert found.sum(axis=1) == pytest.approx(1)
        assert (found.argsort(axis=1) == given.argsort(axis=1)).all()
    assert log_loss(np.array([0, 1]), given) == pytest.approx(-np.log([0.7, 0.5]).mean())


def test_true_probabilities_have_slope_one_and_intercept_zero_and_sharpened_ones_half():
    values = values_of(study(10, 4000))
    given = (values["split"] == "test") & (values["form"] == FORMS[0])
    rows = values[given & (values["class"] != "all")]
    assert rows["slope"].to_numpy() == pytest.approx(1, abs=0.15)
    assert rows["intercept"].to_numpy() == pytest.approx(0, abs=0.15)
    rng = np.random.default_rng(0)
    odds = rng.normal(size=4000)
    ill = rng.random(4000) < 1 / (1 + np.exp(-(0.5 + odds)))
    found = recalibrate(ill, 1 / (1 + np.exp(-2 * odds)), 0.95)
    assert found["slope_low"] < 0.5 < found["slope_high"]


def test_intercept_alone_makes_predicted_and_observed_sums_equal():
    ill, given = np.array([True, True, False, True, False, True]), np.linspace(0.2, 0.7, 6)
    shift = recalibrate(ill, given, 0.95)["intercept"]
    moved = 1 / (1 + (1 - given) / given * np.exp(-shift))
    assert moved.sum() == pytest.approx(ill.sum())


def test_separated_groups_have_no_slope_and_one_patient_no_calibration():
    ill = np.array([False, False, True, True])
    found = recalibrate(ill, np.array([0.1, 0.2, 0.7, 0.9]), 0.95)
    assert np.isnan(found["slope"]) and "separated" in found["note"]
    assert recalibrate(ill[:3], np.array([0.1, 0.2, 0.7]), 0.95) == {
        "note": "fewer than two patients on a side"
    }


@pytest.mark.parametrize("sizes", [(0, 4), (15, 13), (5, 0)])
def test_tables_and_figures_of_small_cohorts_hold_no_nan(sizes, tmp_path):
    predictions = study(*sizes)
    scaling = fit_temperature(predictions, split="validation")
    table = tabulate_calibration(values_of(predictions), scaling, INTERVALS)
    assert "nan" not in table.to_csv()
    drawn = draw_calibration(predictions, 1.5, INTERVALS)
    drawn.savefig(tmp_path / "calibration.png", dpi=40)
    curves = decision_curves({"radiomics": predictions}, INTERVALS, thresholds=(0.1, 0.5))
    draw_decisions(curves, confidence=0.95).savefig(tmp_path / "decisions.png", dpi=40)


def test_bins_hold_every_patient_once_and_their_interval_the_fraction():
    rng = np.random.default_rng(3)
    ill, given = rng.random(52) < 0.4, rng.random(52)
    points = reliability(ill, given, INTERVALS)
    assert points["patients"].sum() == 52 and len(points) == 5
    assert (points["observed"] * points["patients"]).sum() == pytest.approx(ill.sum())
    assert points["predicted"].is_monotonic_increasing
    assert (points["low"] <= points["observed"]).all()
    assert len(reliability(ill[:9], given[:9], INTERVALS)) == 1


def test_net_benefit_by_hand():
    needs, score = np.array([True, True, False, False]), np.array([0.9, 0.3, 0.5, 0.1])
    found = net_benefits(needs, score, np.array([0.2, 0.4, 0.6])).mean(axis=0)
    assert found == pytest.approx([2 / 4 - 1 / 4 * 0.25, 1 / 4 - 1 / 4 * 2 / 3, 1 / 4])


def test_net_benefit_of_referring_all_is_zero_at_the_prevalence():
    predictions = study(0, 40)
    curves = decision_curves({"radiomics": predictions}, INTERVALS, thresholds=(0.01, 0.9))
    for decision, classes in DECISIONS.items():
        here = curves[(curves["split"] == "test") & (curves["decision"] == decision)]
        everyone = here[here["model"] == "refer all"]
        share = predictions["diagnosis"].isin(classes).mean()
        assert ((everyone["net_benefit"] > 1e-12) == (everyone["threshold"] < share - 1e-9)).all()
        assert (here["low"] <= here["net_benefit"] + 1e-12).all()
