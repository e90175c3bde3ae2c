"""The numbers a text quotes: there under their names, missing ones too."""

import numpy as np
import pandas as pd
import pytest

from osteoct.report.quoted import (
    baseline_numbers,
    cohort_numbers,
    segmentation_numbers,
    split_numbers,
)


def test_patients_are_counted_by_status_split_and_class():
    cohort = pd.DataFrame(
        {
            "status": ["included", "included", "included", "excluded", "unlabelled"],
            "split": ["training", "test", "test", np.nan, np.nan],
            "diagnosis": ["normal", "normal", "osteoporosis", "normal", np.nan],
        }
    )
    numbers = cohort_numbers(cohort)
    assert (numbers["screened"], numbers["included"], numbers["excluded"]) == (5, 3, 1)
    assert numbers["test"] == {"patients": 2, "normal": 1, "osteopenia": 0, "osteoporosis": 1}
    assert numbers["validation"]["patients"] == 0
    assert numbers["normal"] == 2


def test_a_missing_estimate_keeps_its_name():
    values = pd.DataFrame(
        [
            ("normal", "", "auc", np.nan, np.nan, np.nan, np.nan, np.nan),
            ("normal", "argmax", "ppv", 0.75, 0.3, 0.95, 3, 4),
            ("normal", "youden_validation", "ppv", 0.5, 0.1, 0.9, 2, 4),
        ],
        columns=[
            "class",
            "decision",
            "measure",
            "estimate",
            "low",
            "high",
            "numerator",
            "denominator",
        ],
    )
    numbers = split_numbers(values)["normal"]
    assert np.isnan(numbers["auc"])
    assert (numbers["ppv"], numbers["ppv_count"], numbers["ppv_of"]) == (0.75, 3, 4)


def test_models_have_names_without_blanks():
    row = {"model": "mean HU, age and sex", "class": "normal", "auc": 0.8, "difference": 0.1}
    numbers = baseline_numbers(pd.DataFrame([{**row, "p_holm": 0.5}]))
    assert numbers["mean_hu_age_and_sex"]["normal"]["auc"] == pytest.approx(0.8)


def test_segmentation_is_filed_by_cohort_femora_and_measure():
    rows = [{"cohort": "test", "femora": "studied", "measure": "dice", "n": 13, "mean": 0.95}]
    numbers = segmentation_numbers(pd.DataFrame(rows))
    assert numbers["test"]["studied"]["dice"] == {"n": 13, "mean": 0.95}
