"""Figures 4 and 5 show the numbers of Table 3, and survive small cohorts."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import auc

from osteoct.classification.predictions import PROBABILITIES
from osteoct.classification.thresholds import choose_thresholds
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.performance import evaluate
from osteoct.figures.confusion import draw_confusion
from osteoct.figures.roc import draw_roc
from osteoct.figures.style import SYNTHETIC_NOTE, save_figure


def classify(truths, split):
    rng = np.random.default_rng(len(truths))
    probabilities = rng.dirichlet([1, 1, 1], len(truths)).round(1)
    probabilities[:, 2] = 1 - probabilities[:, 0] - probabilities[:, 1]
    frame = pd.DataFrame(probabilities, columns=PROBABILITIES)
    frame["predicted"] = [CLASSES[code] for code in probabilities.argmax(axis=1)]
    return frame.assign(
        diagnosis=truths, split=split, patient=[f"{split}{n}" for n in range(len(truths))]
    )


def study(validation, test):
    predictions = pd.concat([classify(validation, "validation"), classify(test, "test")])
    predictions = predictions.reset_index(drop=True)
    values = evaluate(
        predictions,
        choose_thresholds(predictions, split="validation"),
        Intervals.seeded(
            0, "test", confidence=0.95, proportion="wilson", auc="newcombe", resamples=20
        ),
    )
    return predictions, values


@pytest.fixture
def usual():
    return study(list(CLASSES) * 5, list(CLASSES) * 9)


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_matrix_shows_counts_and_the_interval_of_the_recall(usual):
    predictions, values = usual
    figure = draw_confusion(predictions, values, confidence=0.95)
    test = predictions[predictions.split == "test"]
    counts = pd.crosstab(test.diagnosis, test.predicted).reindex(
        index=CLASSES, columns=CLASSES, fill_value=0
    )
    shown = texts(figure.axes[1])
    assert [int(text) for text in shown[::2]] == counts.to_numpy().ravel().tolist()
    recall = values.query(
        "split == 'test' and `class` == 'normal' and decision == 'argmax'"
        " and measure == 'sensitivity'"
    ).iloc[0]
    assert shown[1] == (f"{recall.estimate:.0%}\n({100 * recall.low:.0f}–{recall.high:.0%})")


def test_auc_of_the_drawn_curve_is_the_printed_one(usual):
    predictions, values = usual
    figure = draw_roc(predictions, values, predictions, confidence=0.95)
    curves = [line for line in figure.axes[1].lines if str(line.get_label()).startswith("Normal")]
    x, y = curves[0].get_data()
    printed = values.query("split == 'test' and `class` == 'normal' and measure == 'auc'")
    assert auc(x, y) == pytest.approx(printed.estimate.item())
    assert f"{printed.estimate.item():.3f}" in curves[0].get_label()
    assert curves[0].get_label().endswith("9 / 18")


@pytest.mark.parametrize("test", [["normal"] * 4, ["normal", "osteopenia"], []])
def test_absent_classes_are_labelled_undefined(test, tmp_path):
    predictions, values = study(list(CLASSES) * 3, test)
    figure = draw_roc(predictions, values, predictions, confidence=0.95)
    labels = [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
    assert "Osteoporosis: undefined" in labels[2]
    matrix = draw_confusion(predictions, values, confidence=0.95)
    assert "no patient" in texts(matrix.axes[1])[-1]
    for drawn in (figure, matrix):
        drawn.savefig(tmp_path / "figure.png", dpi=50)


def test_a_figure_of_synthetic_patients_says_so_beside_its_panels(usual, tmp_path):
    predictions, values = usual
    for synthetic in (False, True):
        figure = draw_confusion(predictions, values, confidence=0.95)
        save_figure(figure, tmp_path / "figure4.png", synthetic=synthetic)
        notes = [text for text in figure.texts if text.get_text() == SYNTHETIC_NOTE]
        assert len(notes) == synthetic
    note = notes[0].get_window_extent()
    assert not any(note.overlaps(axes.get_tightbbox()) for axes in figure.axes)
