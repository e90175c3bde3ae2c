"""Subgroups hold every test patient once, and small ones conclude nothing."""

import numpy as np
import pandas as pd
import pytest

from osteoct.classification.predictions import PROBABILITIES
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.subgroups import TOO_FEW, evaluate_subgroups, subgroups, tabulate_subgroups

INTERVALS = Intervals.seeded(
    1, "test", confidence=0.95, proportion="wilson", auc="newcombe", resamples=50
)
BANDS = {"age_bands": [65, 75], "dose_bands_mgy_cm": [200, 270]}
DOSE = "Dose-length product, mGy·cm"


@pytest.fixture
def cohort():
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "patient": [f"P{number:02d}" for number in range(60)],
            "sex": ["F"] * 40 + ["M"] * 18 + [None] * 2,
            "age": [65.0, 64.9, 75.0, *rng.uniform(50, 90, 57)],
            "dlp_mgy_cm": [np.nan, 199.9, 200.0, *rng.uniform(100, 400, 57)],
            "site": ["north"] * 52 + ["south"] * 8,
        }
    )


@pytest.fixture
def predictions(cohort):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.dirichlet([1, 1, 1], 60), columns=PROBABILITIES)
    frame["predicted"] = [CLASSES[code] for code in frame.to_numpy().argmax(axis=1)]
    frame["diagnosis"] = [CLASSES[number % 3] for number in range(60)]
    return frame.assign(patient=cohort["patient"], split=["validation"] * 4 + ["test"] * 56)


def values_of(predictions, cohort):
    groups = subgroups(cohort, **BANDS)
    return evaluate_subgroups(predictions, groups, INTERVALS)


def test_bands_begin_at_their_age(cohort):
    groups = subgroups(cohort, **BANDS)
    assert groups["Age"].iloc[:3].tolist() == ["65 to below 75", "below 65", "75 and above"]
    assert groups[DOSE].iloc[1:3].tolist() == ["below 200", "200 to below 270"]
    assert pd.isna(groups[DOSE].iloc[0])


def test_patients_of_all_bands_are_the_test_patients(predictions, cohort):
    values = values_of(predictions, cohort)
    sizes = values.drop_duplicates(["division", "subgroup"]).groupby("division")["patients"].sum()
    assert sizes.to_dict() == {"Sex": 54, "Age": 56, DOSE: 56, "Site": 56}


def test_a_subgroup_has_the_numbers_of_its_patients_alone(predictions, cohort):
    values = values_of(predictions, cohort)
    women = predictions[(predictions["split"] == "test") & cohort["sex"].eq("F").to_numpy()]
    row = values[(values["subgroup"] == "women") & (values["measure"] == "accuracy")].iloc[0]
    assert row["numerator"] == (women["predicted"] == women["diagnosis"]).sum()
    assert row["denominator"] == len(women) == 36


def test_small_subgroups_print_counts_and_conclude_nothing(predictions, cohort):
    table = tabulate_subgroups(values_of(predictions, cohort), INTERVALS, min_patients=10)
    start = table.index[table["Subgroup"] == "South (n = 8)"][0]
    south = table.loc[start : start + 3]
    assert south.iloc[0, -1].endswith(f"of 8; {TOO_FEW}")
    assert (south["AUC (95% CI)"].iloc[1:] == TOO_FEW).all()
    assert not south.to_csv().count("–")
    north = table[table["Subgroup"] == "North (n = 48)"]
    assert "–" in north.to_csv() and TOO_FEW not in north.to_csv()
    assert "nan" not in table.to_csv()


def test_a_cohort_without_sites_or_dose_has_no_such_division(predictions, cohort):
    absent = ["dlp_mgy_cm", "site"]
    for table in (cohort.drop(columns=absent), cohort.assign(dlp_mgy_cm=np.nan, site=None)):
        assert set(values_of(predictions, table)["division"]) == {"Sex", "Age"}


def test_an_empty_test_cohort_gives_counts_of_nobody(predictions, cohort):
    values = values_of(predictions.assign(split="validation"), cohort)
    table = tabulate_subgroups(values, INTERVALS, min_patients=10)
    assert "Women (n = 0)" in table["Subgroup"].tolist()
    assert "nan" not in table.to_csv()
