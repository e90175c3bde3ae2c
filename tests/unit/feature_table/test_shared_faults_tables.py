"""Tables with faults of real life are read right, or it is said what is wrong."""

import json
import sys
from pathlib import Path

import pytest

from osteoct.feature_table.load import load_feature_table

FAULTS = Path(__file__).parents[4] / "shared" / "faults"
pytestmark = pytest.mark.skipif(not FAULTS.exists(), reason="the shared faults are not here")
SPLITTING = {"seed": 1, "test_fraction": 0.25, "training_fraction": 0.7, "test_sites": []}
NAMED = {"label": "y", "id": "id", **dict.fromkeys(("cohort", "age", "sex"), "")}
NAMED |= {"ignore": [], "classes": [], "max_missing_fraction": 0.2}


def read_fault(name, folder):
    sys.path.insert(0, str(FAULTS))
    from make_faults import FAULTS as faults
    from make_faults import make

    paths = make(faults, folder / "made", [name])[name]
    found = load_feature_table({**NAMED, "file": paths["table"]}, SPLITTING)
    return found, json.loads(paths["right"].read_text())


def test_rows_that_are_there_twice_are_counted(tmp_path):
    found, _ = read_fault("table_rows_twice", tmp_path)
    assert any("60 of 120 rows have the same values" in words for words in found.remarks)


def test_classes_that_are_long_codes_stay_apart(tmp_path):
    found, right = read_fault("table_class_codes", tmp_path)
    assert len(found.classes) == right["classes"]
    assert found.classes == ["y=17621005", "y=64859006", "y=64859007"]


def test_the_hospitals_number_is_set_aside_and_it_is_said(tmp_path):
    found, right = read_fault("table_mrn", tmp_path)
    assert not set(right["no feature"]) & set(found.features)
    assert any("identifier by its name" in words and "MRN" in words for words in found.remarks)


def test_thousands_separators_are_read(tmp_path):
    found, right = read_fault("table_thousands", tmp_path)
    for name, values in right["numbers"].items():
        assert list(found.features[name]) == values


def test_a_feature_that_nearly_is_the_class_is_named(tmp_path):
    found, _ = read_fault("table_almost_label", tmp_path)
    (sentence,) = [words for words in found.remarks if "tells the class" in words]
    assert ": score tells" in sentence
