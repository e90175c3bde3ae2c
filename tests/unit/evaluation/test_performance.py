"""Counts by hand, agreement with scikit-learn, and what small splits leave undefined."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from osteoct.classification.predictions import PROBABILITIES, codes, confusion, read_predictions
from osteoct.classification.thresholds import choose_thresholds
from osteoct.cohort.diagnosis import CLASSES, diagnose
from osteoct.evaluation.agreement import brier_losses, macro_auc, quadratic_kappa, weighted_auc
from osteoct.evaluation.auc import roc_auc
from osteoct.evaluation.ceiling import ceiling_rows, repeat_agreement
from osteoct.evaluation.intervals import newcombe_auc
from osteoct.evaluation.methods import AUC, NAMES, PROPORTION, Intervals
from osteoct.evaluation.performance import auc_row, evaluate
from osteoct.evaluation.performance_table import tabulate

EDGES = {"osteopenia_below": -1.0, "osteoporosis_at_or_below": -2.5}


def intervals(**options):
    chosen = {"proportion": "wilson", "auc": "newcombe", **options}
    return Intervals.seeded(1, "test", confidence=0.95, resamples=50, **chosen)


def classify(truths, seed=0, signal=1.5, split="test"):
    """Patients with these diagnoses, and probabilities that lean towards them."""
    rng = np.random.default_rng(seed)
    codes_of = np.array([CLASSES.index(name) for name in truths], int)
    scores = rng.normal(size=(len(truths), 3)) + signal * np.eye(3)[codes_of]
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    frame = pd.DataFrame(probabilities, columns=PROBABILITIES)
    frame["predicted"] = [CLASSES[code] for code in probabilities.argmax(axis=1)]
    frame["diagnosis"], frame["split"] = list(truths), split
    frame["patient"] = [f"{split}{number:03d}" for number in range(len(truths))]
    return frame


def study(validation, test, **options):
    return pd.concat(
        [classify(validation, split="validation", **options), classify(test, **options)],
        ignore_index=True,
    )


def values_of(predictions, **options):
    thresholds = choose_thresholds(predictions, split="validation")
    values = evaluate(predictions, thresholds, intervals(**options))
    t_score = predictions.diagnosis.map(dict(zip(CLASSES, (0.0, -2.0, -3.5), strict=True)))
    cohort = predictions[["patient"]].assign(t_score=t_score, region="total_hip")
    ceiling = ceiling_rows(cohort, predictions, precision_t_scores={"total_hip": 0.3}, edges=EDGES)
    return pd.concat([values, ceiling], ignore_index=True)


def one(values, **where):
    for column, value in where.items():
        values = values[values[column] == value]
    assert len(values) == 1
    return values.iloc[0]


def mixed(count):
    return [CLASSES[number % 3] for number in range(count)]


def test_counts_of_one_class_against_the_rest():
    predictions = classify(["normal", "normal", "osteopenia", "osteoporosis", "osteoporosis"])
    predictions[PROBABILITIES] = [
        [0.8, 0.1, 0.1],
        [0.3, 0.6, 0.1],
        [0.1, 0.7, 0.2],
        [0.1, 0.6, 0.3],
        [0.2, 0.2, 0.6],
    ]
    predictions["predicted"] = ["normal", "osteopenia", "osteopenia", "osteopenia", "osteoporosis"]
    values = values_of(pd.concat([predictions.assign(split="validation"), predictions]))
    here = {"split": "test", "decision": "argmax"}
    counts = {
        (name, measure): tuple(
            one(values, **{"class": name}, measure=measure, **here)[["numerator", "denominator"]]
        )
        for name in CLASSES
        for measure in ("sensitivity", "specificity", "accuracy", "ppv", "npv")
    }
    assert counts["normal", "sensitivity"] == (1, 2)
    assert counts["normal", "specificity"] == (3, 3)
    assert counts["osteopenia", "ppv"] == (1, 3)
    assert counts["osteopenia", "npv"] == (2, 2)
    assert counts["osteoporosis", "accuracy"] == (4, 5)
    assert one(values, split="test", **{"class": "all"}, measure="accuracy")["numerator"] == 3


def test_false_negatives_equal_false_positives_over_all_classes():
    values = values_of(study(mixed(30), mixed(40)))
    argmax = values[(values.split == "test") & (values.decision == "argmax")]
    argmax = argmax[argmax["class"] != "all"]
    missed = {
        measure: (part.denominator - part.numerator).sum()
        for measure, part in argmax.groupby("measure")
    }
    assert missed["sensitivity"] == missed["specificity"]


def test_aucs_and_macro_auc_equal_those_of_scikit_learn():
    predictions = study(mixed(20), mixed(50))
    test = predictions[predictions.split == "test"]
    values = values_of(predictions)
    for name in CLASSES:
        expected = roc_auc_score(test.diagnosis == name, test[f"p_{name}"])
        row = one(values, split="test", measure="auc", **{"class": name})
        assert row["estimate"] == pytest.approx(expected, abs=1e-12)
        assert row["newcombe_low"] < expected < row["newcombe_high"]
    expected = roc_auc_score(
        codes(test.diagnosis), test[PROBABILITIES], multi_class="ovr", average="macro"
    )
    assert macro_auc(codes(test.diagnosis), test[PROBABILITIES].to_numpy()) == pytest.approx(
        expected
    )


def test_weighted_auc_equals_that_of_scikit_learn():
    predictions = classify([*mixed(30), *["normal"] * 20])
    truth, probabilities = codes(predictions.diagnosis), predictions[PROBABILITIES].to_numpy()
    expected = roc_auc_score(truth, probabilities, multi_class="ovr", average="weighted")
    assert weighted_auc(truth, probabilities) == pytest.approx(expected)


@pytest.mark.parametrize("method", PROPORTION)
def test_the_configured_interval_of_a_proportion_is_printed_under_its_name(method):
    predictions = study(mixed(30), mixed(30))
    values = values_of(predictions, proportion=method)
    rows = values[(values.measure == "sensitivity") & values.estimate.notna()]
    assert (rows.low == rows[f"{method}_low"]).all() and (rows.high == rows[f"{method}_high"]).all()
    cohort = predictions[["patient", "split"]].assign(status="included")
    printed = tabulate(values, cohort, predictions, intervals(proportion=method))
    assert f"NPV: {NAMES[method]};" in printed.to_csv()
    row = one(values, split="test", decision="argmax", measure="ppv", **{"class": "normal"})
    assert f"{row.estimate:.3f} ({row.low:.3f}–{row.high:.3f})" in printed.to_csv()


@pytest.mark.parametrize("method", AUC)
def test_the_configured_interval_of_an_auc_is_printed_under_its_name(method):
    predictions = study(mixed(30), mixed(30))
    values = values_of(predictions, auc=method)
    rows = values[values.measure == "auc"]
    assert (rows.low == rows[f"{method}_low"]).all() and (rows.high == rows[f"{method}_high"]).all()
    assert (rows.low < rows.estimate).all() and (rows.estimate < rows.high).all()
    cohort = predictions[["patient", "split"]].assign(status="included")
    assert NAMES[method] in tabulate(values, cohort, predictions, intervals(auc=method)).to_csv()


def test_ceiling_of_the_accuracy_is_that_of_drawn_second_measurements():
    t_scores = np.array([-0.9, -1.2, -2.4, -2.5, -4.0])
    drawn = t_scores + np.random.default_rng(0).normal(0, 0.3, (40_000, 5))
    same = [
        np.mean([diagnose(second, **EDGES) == diagnose(first, **EDGES) for second in column])
        for first, column in zip(t_scores, drawn.T, strict=True)
    ]
    assert repeat_agreement(t_scores, np.full(5, 0.3), **EDGES) == pytest.approx(same, abs=0.01)


def test_a_region_without_precision_leaves_the_ceiling_open():
    predictions = classify(mixed(6))
    cohort = predictions[["patient"]].assign(t_score=-1.5, region="trochanter")
    rows = ceiling_rows(cohort, predictions, precision_t_scores={"total_hip": 0.3}, edges=EDGES)
    assert rows.estimate.isna().all()
    assert rows.note.tolist() == [
        "no patient",
        "the precision of a deciding region is not configured",
    ]


def test_kappa_equals_its_definition_and_brier_that_of_scikit_learn():
    predictions = classify(mixed(40))
    truth, predicted = codes(predictions.diagnosis), codes(predictions.predicted)
    probabilities = predictions[PROBABILITIES].to_numpy()
    pairs = np.subtract.outer(truth, predicted) ** 2
    expected = (
        1 - np.diag(pairs).mean() / pairs.mean()
    )  # by chance: each truth with each prediction
    assert quadratic_kappa(truth, predicted) == pytest.approx(expected)
    expected = brier_score_loss(truth, probabilities, scale_by_half=False)
    assert brier_losses(truth, probabilities).mean() == pytest.approx(expected)


def test_kappa_is_undefined_where_there_is_nothing_to_agree_on():
    nobody, alike = np.array([], int), np.array([1, 1, 1])
    assert np.isnan(quadratic_kappa(nobody, nobody)) and np.isnan(quadratic_kappa(alike, alike))
    assert quadratic_kappa(alike, np.array([1, 1, 2])) == 0


def test_an_absent_class_is_missing_with_a_reason_and_never_zero():
    values = values_of(study(mixed(9), ["normal", "normal", "osteopenia", "osteopenia"]))
    gone = values[(values.split == "test") & (values["class"] == "osteoporosis")]
    for measure in ("auc", "sensitivity"):
        rows = gone[gone.measure == measure]
        assert rows.estimate.isna().all()
        assert set(rows.note) == {"no patient with osteoporosis"}
    assert gone[gone.measure == "specificity"].estimate.notna().all()
    macro = one(values, split="test", measure="macro_auc")
    assert np.isnan(macro.estimate) and macro.note == "not every class is present"


def test_a_class_that_is_absent_from_validation_has_no_frozen_cut_off():
    values = values_of(study(["normal", "osteopenia"] * 3, mixed(9)))
    rows = values[(values["class"] == "osteoporosis") & (values.decision == "youden_validation")]
    assert rows.estimate.isna().all()
    assert rows.note.str.contains("no patient with this diagnosis to choose on").all()


def test_an_empty_split_is_missing_throughout():
    values = values_of(study([], mixed(9)))
    empty = values[values.split == "validation"]
    assert empty.estimate.isna().all()
    assert (empty.note != "").all()


def test_perfect_separation_keeps_a_lower_limit_below_one():
    values = values_of(study(mixed(12), mixed(12), signal=60))
    auc = values[values.measure == "auc"]
    assert (auc.estimate == 1).all() and (auc.low < 1).all() and (auc.high == 1).all()
    assert auc.delong_low.isna().all()


def test_intervals_of_shuffled_diagnoses_hold_one_half_as_often_as_they_promise():
    predictions = classify(mixed(101), signal=2.0)
    diseased = (predictions.diagnosis == "osteoporosis").to_numpy()
    score = predictions.p_osteoporosis.to_numpy()
    rng, held = np.random.default_rng(8), 0
    for _ in range(400):
        shuffled = rng.permutation(diseased)
        auc = roc_auc(score[shuffled], score[~shuffled])
        low, high = newcombe_auc(auc, shuffled.sum(), (~shuffled).sum(), confidence=0.95)
        held += low < 0.5 < high
    assert held / 400 == pytest.approx(0.95, abs=0.03)
    assert auc_row(predictions, "osteoporosis", intervals())["low"] > 0.5


def test_confusion_has_truth_in_rows():
    matrix = confusion(np.array([0, 0, 2]), np.array([0, 1, 2]))
    assert matrix.tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 1]]


def test_same_seed_gives_the_same_table():
    predictions = study(mixed(20), mixed(20))
    pd.testing.assert_frame_equal(values_of(predictions), values_of(predictions))


def test_printed_table_names_the_missing_patients_and_the_methods():
    predictions = study(mixed(9), ["normal", "normal", "osteopenia"])
    cohort = predictions[["patient", "split"]].copy()
    cohort.loc[len(cohort)] = ["lost", "test"]
    cohort["status"] = "included"
    table = tabulate(values_of(predictions), cohort, predictions, intervals())
    text = table.to_csv(index=False)
    assert "Test: 3 of 4 patients classified" in text
    assert "lost" in text
    assert "Newcombe" in text and "Wilson" in text
    assert "no patient with osteoporosis" in text
    assert "nan" not in text


def test_printed_numbers_carry_their_interval():
    table = tabulate_of(study(mixed(30), mixed(30)))
    cells = table.loc[table["Class"] == "Osteoporosis", "AUC (95% CI)"]
    assert cells.str.fullmatch(r"\d\.\d{3} \(\d\.\d{3}–\d\.\d{3}\)|").all()


def tabulate_of(predictions):
    cohort = predictions[["patient", "split"]].assign(status="included")
    return tabulate(values_of(predictions), cohort, predictions, intervals())


def written(tmp_path, frame):
    path = tmp_path / "study.csv"
    frame.to_csv(path, index=False)
    return path


def test_patients_without_a_diagnosis_are_left_out(tmp_path):
    frame = classify(mixed(6))
    frame.loc[0, "diagnosis"] = np.nan
    assert len(read_predictions(written(tmp_path, frame))) == 5


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda f: f.drop(columns="split"), "no column"),
        (lambda f: f.assign(patient="001"), "more than once"),
        (lambda f: f.assign(diagnosis="brittle"), "the classes are"),
        (lambda f: f.assign(p_normal=0.9), "do not sum to 1"),
        (
            lambda f: f.assign(
                predicted=f.predicted.map(CLASSES.index).add(1).mod(3).map(dict(enumerate(CLASSES)))
            ),
            "not the most probable",
        ),
    ],
)
def test_an_inconsistent_table_is_refused_in_a_sentence(tmp_path, change, message):
    with pytest.raises(ValueError, match=message):
        read_predictions(written(tmp_path, change(classify(mixed(6)))))
