"""Exports of QCT workstations with faults of real life, each with its right answer."""

import json
import sys
from pathlib import Path

import pytest

from osteoct.cohort.qct_import import import_qct
from osteoct.cohort.tables import read_cohort

FAULTS = Path(__file__).parents[4] / "shared" / "faults"
NAMES = ["us_dates", "en_dash", "wide_mg", "site_column", "semicolon_participants"]
NAMES += ["two_cts_one_number", "nearest_other_side"]

pytestmark = pytest.mark.skipif(not FAULTS.is_dir(), reason="needs the folder shared/faults")


@pytest.mark.parametrize("name", NAMES)
def test_qct_tsv_holds_what_is_right(tmp_path, monkeypatch, name):
    monkeypatch.syspath_prepend(str(FAULTS))
    faults = sys.modules.get("make_faults") or __import__("make_faults")
    paths = faults.make(faults.FAULTS, tmp_path, [f"qct_{name}"])[f"qct_{name}"]
    had = paths["study"].joinpath("participants.tsv").read_text().count("north")
    import_qct(paths["export"], paths["study"])
    participants, rows = read_cohort(
        paths["study"] / "participants.tsv", paths["study"] / "qct.tsv"
    )
    keys = ("patient", "side", "region", "bmd_g_cm2", "t_score")
    assert [[row[key] for key in keys] for row in rows] == json.loads(paths["right"].read_text())
    assert [row["site"] for row in participants].count("north") == had
