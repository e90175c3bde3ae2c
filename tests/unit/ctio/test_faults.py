"""Every check of the gate is provoked at least once; no fault stops another patient."""

import json
import os
from pathlib import Path

import file_faults  # noqa: F401 (registers its faults)
import mask_faults  # noqa: F401
import pandas as pd
import pytest
import scan_faults  # noqa: F401
from faults import CT, FAULTS, volume
from hospital import ROOT, settings

from ctio.issues.checks import EXCLUSION, NOTE
from ctio.issues.issues import CHECKS
from ctio.issues.table import as_markdown
from osteoct.batches import PATIENTS
from osteoct.cohort.image_qc import check_patients

CASES = {
    f"F{number:03d}": pair
    for number, pair in enumerate(
        (check, make) for check, makes in FAULTS.items() for make in makes
    )
}
TIGHT = {"reading": {"files_at_most": 100, "bytes_at_most": 20_000_000}}


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
    yield check_patients(
        frame, settings=settings(**TIGHT), keep_copies=True, code=[], say=print
    ).set_index("patient")
    os.chdir(home)


def findings_of(patient):
    record = json.loads((PATIENTS / patient / "gate.json").read_text())
    return {item["check"]: item for item in record["findings"]}


def test_every_check_has_a_fault_and_there_are_forty_and_more():
    assert set(FAULTS) == set(CHECKS)
    assert len(CASES) >= 40


@pytest.mark.parametrize("patient, check", [(name, check) for name, (check, _) in CASES.items()])
def test_a_fault_is_found_weighed_and_given_a_remedy(table, patient, check):
    found = findings_of(patient)
    assert check in found, table.loc[patient, "reason"] or list(found)
    item = found[check]
    assert item["level"] == CHECKS[check].level
    assert item["found"].endswith(".") and item["remedy"].endswith(".")
    row = table.loc[patient]
    refused = item["level"] == EXCLUSION and item["image"] == "ct"
    assert row["status"] == ("failed" if refused else "done"), row["reason"]
    if item["level"] != NOTE:
        assert item["sentence"] in (row["reason"] if refused else row["notes"])


def test_no_fault_is_unforeseen(table):
    assert not table["reason"].str.contains("Unforeseen").any()


def test_the_healthy_patient_of_the_same_batch_is_fine(table):
    assert table.loc["HEALTHY", "status"] == "done"
    assert set(findings_of("HEALTHY")) == {"thick slices", "protocol unknown"}


def test_no_sentence_names_a_file(table):
    told = " ".join(map(str, [*table["reason"], *table["notes"]]))
    for name in (".nii", ".dcm", ".zip", ".nrrd", "/", "\\"):
        assert name not in told


def test_the_page_of_all_checks_is_that_of_the_code():
    assert (ROOT / "docs" / "gate.md").read_text() == as_markdown()
