"""Every issue of image QC is provoked at least once; no fault stops another patient."""

import json
import os
from functools import partial
from pathlib import Path

import file_faults  # noqa: F401 (registers its faults)
import mask_faults  # noqa: F401
import pandas as pd
import pytest
import scan_faults  # noqa: F401
from faults import CT, FAULTS, volume
from hospital import ROOT, SETTINGS

from ctio import CATALOGUE, NOTE, REJECTED, examine_scan
from osteoct.batches import PATIENTS
from osteoct.cohort import image_qc
from osteoct.cohort.image_qc import check_patients
from osteoct.cohort.issues_page import format_page

CASES = {
    f"F{number:03d}": pair
    for number, pair in enumerate((name, make) for name, makes in FAULTS.items() for make in makes)
}
TIGHT = {"max_files": 100, "max_bytes": 20_000_000}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """One batch with every fault, and one healthy patient at its end."""
    home, folder = Path.cwd(), tmp_path_factory.mktemp("faults")
    os.chdir(folder)
    rows = []
    for patient, (_, make) in CASES.items():
        (folder / "in" / patient).mkdir(parents=True)
        row = make(folder / "in" / patient)
        rows.append({"patient": patient, **{key: row[key] for key in row}})
    rows.append({"patient": "HEALTHY", **volume(CT, folder / "in")})
    frame = pd.DataFrame(rows)
    for name in ("ct", "mask"):
        frame[name] = [str(path) if path == path else None for path in frame[name]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(image_qc, "examine_scan", partial(examine_scan, **TIGHT))
        checked = check_patients(frame, settings=SETTINGS, keep_copies=True, code=[])
    yield checked.set_index("patient")
    os.chdir(home)


def issues_of(patient):
    record = json.loads((PATIENTS / patient / "image_issues.json").read_text())
    return {item["issue"]: item for item in record["issues"]}


def test_every_issue_has_a_fault_and_there_are_forty_and_more():
    assert set(FAULTS) == set(CATALOGUE)
    assert len(CASES) >= 40


@pytest.mark.parametrize("patient, name", [(patient, name) for patient, (name, _) in CASES.items()])
def test_a_fault_is_recorded_weighed_and_given_a_remedy(table, patient, name):
    found = issues_of(patient)
    assert name in found, table.loc[patient, "reason"] or list(found)
    item = found[name]
    assert item["level"] == CATALOGUE[name].level
    assert item["sentence"].endswith(".") and item["remedy"].endswith(".")
    row = table.loc[patient]
    is_rejected = item["level"] == REJECTED and item["image"] == "ct"
    assert row["status"] == ("failed" if is_rejected else "done"), row["reason"]
    if item["level"] != NOTE:
        printed = row["reason"] if is_rejected else row["warnings"]
        assert f"{item['sentence']} {item['remedy']}" in printed


def test_no_fault_is_unforeseen(table):
    assert not table["reason"].str.contains("Unforeseen").any()


def test_the_healthy_patient_of_the_same_batch_is_fine(table):
    assert table.loc["HEALTHY", "status"] == "done"
    assert set(issues_of("HEALTHY")) == {"thick slices", "protocol unknown"}


def test_no_sentence_names_a_file(table):
    printed = " ".join(map(str, [*table["reason"], *table["warnings"]]))
    for name in (".nii", ".dcm", ".zip", ".nrrd", "/", "\\"):
        assert name not in printed


def test_the_page_of_all_issues_is_that_of_the_code():
    assert (ROOT / "docs" / "image_qc.md").read_text() == format_page()
