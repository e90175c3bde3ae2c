"""Every classifier of the table: it fits, is saved and loaded, predicts, and pages name it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from osteoct.captions import read_captions
from osteoct.classification.classifiers import CLASSIFIERS, in_use, title_of
from osteoct.classification.model import fit_classifier, predict_patients, training_data
from osteoct.classification.model_file import load_model, save_model
from osteoct.classification.tuning import candidates_of, tuned_classifier
from osteoct.cohort.diagnosis import CLASSES
from osteoct.figures.pipeline import SKETCHES
from osteoct.report.illustration import headings

ROOT = Path(__file__).parents[3]
SECTION = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))["classifier"]
SELECTION = {
    "redundancy": {"max_correlation": 0.999},
    "rfe": {"keep": 12, "step": 0.4, "trees": 5},
    "mrmr": {"keep": 8},
    "lasso": {"keep": 5},
}
every_classifier = pytest.mark.parametrize("name", CLASSIFIERS)


def section_of(name):
    """The configuration's section with a classifier chosen, and a forest that takes no time."""
    section = {**SECTION, "estimator": name, "folds": 3, "curve_penalties": 10}
    return in_use({**section, "forest": {**section["forest"], "n_estimators": 10}})


def tables():
    """Features of very different scales and cohort of 90 patients; three follow the diagnosis."""
    rng = np.random.default_rng(6)
    codes = np.arange(90) % 3
    values = rng.normal(size=(90, 15))
    values[:, :3] += 1.5 * codes[:, None]
    features = pd.DataFrame(values * 10.0 ** np.arange(-7, 8), columns=[f"f{k}" for k in range(15)])
    names = [f"P{number:02d}" for number in range(90)]
    features.insert(0, "patient", names)
    split = np.repeat(["training", "test"], [60, 30])
    cohort = {"patient": names, "split": split, "diagnosis": np.take(CLASSES, codes)}
    return features, pd.DataFrame(cohort)


@every_classifier
def test_it_fits_is_saved_and_loaded_and_predicts(name, tmp_path):
    features, cohort = tables()
    options = {"seed": 3, "selection": SELECTION, "classifier": section_of(name), "threads": 1}
    model, record = fit_classifier(*training_data(features, cohort), **options)
    again, _ = fit_classifier(*training_data(features, cohort), **options)
    for number, fitted in enumerate((model, again)):
        save_model(fitted, tmp_path / f"{number}.skops")
    assert (tmp_path / "0.skops").read_bytes() == (tmp_path / "1.skops").read_bytes()
    predictions = predict_patients(model, features, cohort)
    loaded = predict_patients(load_model(tmp_path / "0.skops"), features, cohort)
    pd.testing.assert_frame_equal(loaded, predictions, check_exact=True)
    test = predictions[predictions["split"] == "test"]
    assert (test["predicted"] == test["diagnosis"]).mean() > 0.6
    candidates = record["tuning"]["candidates"]
    assert record["tuning"]["estimator"] == name
    assert len(candidates) == len(candidates_of(section_of(name), seed=3))
    assert set(SECTION[name]["grid"]) < set(candidates[0])
    chosen = tuned_classifier(record, section_of(name), seed=3)
    assert str(chosen) == str(model["classifier"])


def test_logistic_regression_is_multinomial_of_standardised_features():
    features, cohort = tables()
    values, classes = training_data(features, cohort)
    settings, built = candidates_of(section_of("logistic"), seed=3)[2]
    reference = make_pipeline(
        StandardScaler(),
        LogisticRegression(C=settings["C"], class_weight="balanced", max_iter=10_000),
    )
    fitted = built.fit(values, classes)
    assert fitted[-1].coef_.shape == (3, 15)
    assert np.array_equal(
        fitted.predict_proba(values), reference.fit(values, classes).predict_proba(values)
    )


def test_settings_of_the_others_change_nothing():
    other = {**SECTION, "logistic": {"class_weight": None, "grid": {"C": [7]}}}
    assert in_use(other) == in_use(SECTION)


def test_a_setting_that_the_estimator_lacks_is_named_with_the_nearest():
    section = {"estimator": "forest", "forest": {"n_estimatrs": 5, "grid": {}}}
    with pytest.raises(ValueError, match="no setting 'n_estimatrs'; nearest: n_estimators"):
        candidates_of(section, seed=1)


@every_classifier
def test_configuration_and_schema_know_it(name):
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    known = schema["properties"]["classifier"]["properties"]
    assert name in known["estimator"]["enum"] and name in known and name in SECTION
    assert CLASSIFIERS[name].sketch in SKETCHES


@every_classifier
def test_captions_and_figure_2_take_its_title(name):
    title = title_of({"estimator": name})
    for file in ("captions.yaml", "feature_table_captions.yaml"):
        text = str(read_captions(ROOT / "workflow/report" / file, switched_on=[], classifier=title))
        assert title in text and "{classifier}" not in text
        assert name == "forest" or "forest" not in text

    class Scan:
        def GetSpacing(self):
            return (1.0, 1.0, 3.0)

    options = {"spacing_mm": [3, 1], "classifier": name}
    counts = {"counts": {"measured": 1184, "lasso": 15}}
    assert title in headings("P01", Scan(), counts, options)[-1][1].lower()
