"""Baselines: fitted on training patients only, compared on the same test patients."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from osteoct.classification.predictions import PROBABILITIES
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation import comparison
from osteoct.evaluation.baselines import baseline_models, baseline_predictors, predict_baselines
from osteoct.evaluation.comparison import holm
from osteoct.evaluation.comparison_table import tabulate_comparison
from osteoct.evaluation.comparisons import COMPARISONS
from osteoct.evaluation.methods import Intervals

MEAN = "original_firstorder_Mean"
TEXTURE = "original_glcm_Contrast"
RECORD = {
    "lasso": [TEXTURE],
    "tuning": {"chosen": 1, "candidates": [{"min_samples_leaf": 9}, {"min_samples_leaf": 3}]},
}
MODELS = baseline_models(
    RECORD,
    classifier={
        "estimator": "forest",
        "forest": {
            "n_estimators": 20,
            "class_weight": "balanced",
            "grid": {"min_samples_leaf": [9, 3]},
        },
    },
    seed=1,
)
INTERVALS = Intervals.seeded(
    1, "test", confidence=0.95, proportion="wilson", auc="newcombe", resamples=50
)


@pytest.fixture
def cohort():
    """90 patients whose density falls with the diagnosis; age and sex tell nothing."""
    rng = np.random.default_rng(4)
    code = np.arange(90) % 3
    return pd.DataFrame(
        {
            "patient": [f"P{number:02d}" for number in range(90)],
            "sex": rng.choice(["F", "M"], 90),
            "age": rng.uniform(50, 90, 90),
            "split": np.repeat(["training", "validation", "test"], [45, 15, 30]),
            "diagnosis": [CLASSES[c] for c in code],
            "neck_hu": 90 - 40 * code + rng.normal(0, 30, 90),
            MEAN: 200 - 60 * code + rng.normal(0, 20, 90),
            TEXTURE: 3 * code + rng.normal(0, 1, 90),
        }
    )


@pytest.fixture
def predictions(cohort):
    """Probabilities of a model that knows nothing."""
    frame = cohort[["patient", "split", "diagnosis"]].copy()
    frame[PROBABILITIES] = np.random.default_rng(5).dirichlet([1, 1, 1], 90)
    frame["predicted"] = [CLASSES[c] for c in frame[PROBABILITIES].to_numpy().argmax(axis=1)]
    return frame


def compare(predictions, simple):
    return comparison.compare(COMPARISONS["baselines"], predictions, simple, INTERVALS)


def simple_of(predictions, cohort):
    measured = cohort[["patient", MEAN, TEXTURE]]
    known = baseline_predictors(cohort, measured, cohort, mean_hu_feature=MEAN, selected=[TEXTURE])
    return predict_baselines(predictions, known, MODELS)


def test_every_model_gives_probabilities_in_the_order_of_the_classes(predictions, cohort):
    simple = simple_of(predictions, cohort)
    assert list(simple["model"].unique()) == list(MODELS)
    assert simple[PROBABILITIES].sum(axis=1).to_numpy() == pytest.approx(1)
    densest = simple[simple.model == "mean HU"].merge(cohort[["patient", MEAN]]).nlargest(5, MEAN)
    assert (densest["p_normal"] > densest["p_osteoporosis"]).all()


def test_test_patients_do_not_touch_the_fit(predictions, cohort):
    before = simple_of(predictions, cohort)
    turned = cohort.copy()
    turned.loc[cohort.split != "training", MEAN] += 500
    relabelled = predictions.copy()
    relabelled.loc[predictions.split != "training", "diagnosis"] = "normal"
    after = simple_of(relabelled, turned)
    training = before.split == "training"
    pd.testing.assert_frame_equal(before[training], after[training])


def test_the_combined_model_is_the_tuned_classifier_with_age_and_sex():
    names, forest = MODELS["radiomics, age and sex"]
    assert names == [TEXTURE, "age", "female"]
    assert (forest.n_estimators, forest.min_samples_leaf) == (20, 3)


def test_density_beats_a_model_that_knows_nothing(predictions, cohort):
    table = compare(predictions, simple_of(predictions, cohort))
    rows = table[(table["model"] == "mean HU") & (table["class"] == "osteoporosis")].iloc[0]
    assert rows.auc > 0.9
    assert rows.difference < 0
    assert rows.difference_high < 0
    assert rows.p_holm < 0.05
    assert rows.p <= rows.p_holm


def test_difference_is_that_of_the_printed_aucs(predictions, cohort):
    table = compare(predictions, simple_of(predictions, cohort))
    for name, part in table.groupby("class"):
        aucs = part.set_index("model").auc
        for row in part[part.model != "radiomics"].itertuples():
            assert row.difference == pytest.approx(aucs["radiomics"] - row.auc), name


def test_patients_without_age_are_left_to_the_baseline_models(predictions, cohort):
    cohort.loc[cohort.patient == "P89", "age"] = np.nan
    simple = simple_of(predictions, cohort)
    counts = simple[simple.split == "test"].groupby("model").size()
    assert counts.to_dict() == {"mean HU": 30, "neck HU": 30} | dict.fromkeys(list(MODELS)[2:], 29)
    sizes = compare(predictions, simple).query("`class` == 'osteoporosis'")
    assert sizes.n_positive.tolist() == [10, 10, 10, 9, 9, 9]


def test_a_neck_that_was_not_found_is_missing_and_never_zero(predictions, cohort):
    cohort.loc[cohort.patient.isin(["P88", "P89"]), "neck_hu"] = np.nan
    simple = simple_of(predictions, cohort)
    of_neck = simple[simple.model == "neck HU"]
    assert not of_neck.patient.isin(["P88", "P89"]).any()
    rows = compare(predictions, simple).query("model == 'neck HU'")
    assert (rows.n_positive + rows.n_negative).tolist() == [28, 28, 28]


def test_where_no_age_is_known_the_models_of_density_stay(predictions, cohort):
    cohort["age"] = np.nan
    simple = simple_of(predictions, cohort)
    assert list(simple["model"].unique()) == ["mean HU", "neck HU"]
    assert set(compare(predictions, simple)["model"]) == {"radiomics", "mean HU", "neck HU"}


def test_without_necks_in_training_their_model_is_left_out_and_the_others_stay(predictions, cohort):
    cohort.loc[cohort.split == "training", "neck_hu"] = np.nan
    simple = simple_of(predictions, cohort)
    assert list(simple["model"].unique()) == [name for name in MODELS if name != "neck HU"]
    table = compare(predictions, simple)
    assert table["p_holm"].notna().any() and "neck HU" not in set(table["model"])


def test_an_absent_class_is_missing_in_the_table(predictions, cohort):
    kept = ~((cohort.split == "test") & (cohort.diagnosis == "osteoporosis"))
    values = compare(predictions[kept], simple_of(predictions[kept], cohort))
    gone = values[values["class"] == "osteoporosis"]
    assert gone[["auc", "difference", "p", "p_holm"]].isna().all(axis=None)
    assert set(gone.note) == {"no patient with osteoporosis"}
    text = tabulate_comparison(COMPARISONS["baselines"], values, INTERVALS).to_csv()
    assert "n/a" in text and "nan" not in text


def test_a_class_without_training_patients_is_never_predicted(predictions, cohort):
    kept = ~((cohort.split == "training") & (cohort.diagnosis == "normal"))
    simple = simple_of(predictions[kept], cohort)
    assert (simple["p_normal"] == 0).all()
    assert simple[PROBABILITIES].sum(axis=1).to_numpy() == pytest.approx(1)


def test_training_patients_of_one_class_are_an_error(predictions, cohort):
    kept = (cohort.split != "training") | (cohort.diagnosis == "normal")
    with pytest.raises(ValueError, match="No baseline .* training patients of two classes"):
        simple_of(predictions[kept], cohort)


def test_a_missing_feature_is_named(cohort):
    with pytest.raises(ValueError, match="have no 'brightness'"):
        baseline_predictors(
            cohort, cohort[["patient"]], cohort, mean_hu_feature="brightness", selected=[]
        )


def test_holm_equals_statsmodels_where_some_values_are_missing():
    p_values = pd.Series([0.01, np.nan, 0.04, 0.03])
    expected = multipletests([0.01, 0.04, 0.03], method="holm")[1]
    assert holm(p_values)[[0, 2, 3]] == pytest.approx(expected)
    assert np.isnan(holm(p_values)[1])
