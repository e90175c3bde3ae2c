"""The audit trail: every file with hash and maker, and a changed file is seen."""

import pandas as pd
import pytest

from osteoct.provenance.chain import UnknownPatient, chain_of, chain_text, outcome_of
from osteoct.results import sha256

MADE = {
    "results/batches/study-001/femurs.csv": {
        "rule": "segment_femurs",
        "date": "Wed Nov 25 03:09:22 2026",
        "log-file(s)": "results/logs/segment_femurs/study-001.log",
    }
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run in which A was segmented and classified, and B has no mask."""
    monkeypatch.chdir(tmp_path)
    for folder in ("batches/study-001", "patients/A", "cohort", "model", "predictions"):
        (tmp_path / "results" / folder).mkdir(parents=True)
    for file in ("A.nii.gz", "results/patients/A/femur.nii.gz", "results/model/classifier.skops"):
        (tmp_path / file).write_text(file)
    tables = {
        "cohort/study.csv": {"patient": ["A", "B"], "ct": ["A.nii.gz", "B.nii.gz"], "status": "in"},
        "batches/study-001/image_qc.csv": {
            "patient": ["A", "B"],
            "ct": ["A.nii.gz", "B.nii.gz"],
            "ct_sha256": [sha256("A.nii.gz"), "b"],
        },
        "batches/study-001/femurs.csv": {
            "patient": ["A"],
            "femur.nii.gz_sha256": [sha256("results/patients/A/femur.nii.gz")],
        },
        "predictions/study.csv": {"patient": ["A"], "predicted": ["normal"], "p_normal": [0.8]},
    }
    for name, columns in tables.items():
        pd.DataFrame(columns).to_csv(tmp_path / "results" / name, index=False)
    return tmp_path


def states(patient):
    return {link["file"]: link["state"] for link in chain_of(patient, MADE)}


def test_files_stand_in_order_of_work_with_hash_rule_and_log(run):
    chain = chain_of("A", MADE)
    assert [link["file"].split("/")[-1] for link in chain] == [
        "A.nii.gz", "study.csv", "image_qc.csv", "femurs.csv", "femur.nii.gz", "classifier.skops",
        "study.csv",
    ]  # fmt: skip
    mask = chain[4]
    assert mask["sha256"] == sha256("results/patients/A/femur.nii.gz")
    assert mask["state"] == "as recorded"
    assert (mask["rule"], mask["log"]) == (
        "segment_femurs",
        "results/logs/segment_femurs/study-001.log",
    )


def test_a_file_that_changed_or_vanished_is_seen(run, tmp_path):
    (tmp_path / "results/patients/A/femur.nii.gz").write_text("edited by hand")
    (tmp_path / "A.nii.gz").unlink()
    assert states("A")["results/patients/A/femur.nii.gz"].startswith("CHANGED since: recorded ")
    assert states("A")["A.nii.gz"] == "missing"


def test_a_patient_who_got_no_further_has_a_shorter_chain(run):
    assert "results/batches/study-001/femurs.csv" not in states("B")
    assert outcome_of("B") == {"status": "in"}


def test_a_rejected_ct_has_a_chain_whether_the_study_went_on_or_not(run):
    rejected = {"patient": ["R"], "status": ["failed"], "reason": ["Tilted. Scan again."]}
    batch = run / "results/batches/study-002"
    batch.mkdir()
    pd.DataFrame({**rejected, "ct": [""]}).to_csv(batch / "image_qc.csv", index=False)
    assert list(states("R"))[1:] == ["results/batches/study-002/image_qc.csv"]
    (run / "results/cohort/study.csv").unlink()
    assert list(states("R")) == ["results/batches/study-002/image_qc.csv"]
    assert outcome_of("R") == {"status": "failed", "reason": "Tilted. Scan again."}


def test_the_text_ends_with_the_class(run):
    text = chain_text("A", chain_of("A", MADE), outcome_of("A"))
    assert text.endswith("predicted: normal\np_normal: 0.8")


def test_an_unknown_patient_is_named(run):
    with pytest.raises(UnknownPatient, match="No such patient in results/batches"):
        chain_of("C", MADE)
