"""Manifests: each file of a patient, its hash, and a command that really makes it again."""

import json
from pathlib import Path

import pandas as pd
import pytest

from osteoct.provenance.manifests import write_patients, write_report
from osteoct.results import sha256

RUN = {"seed": 7}
BATCH = ["results/batches/study-001/image_qc.csv", "results/batches/study-001/femurs.csv"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A was segmented; B has no CT that could be read, and no mask."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results/batches/study-001").mkdir(parents=True)
    (tmp_path / "Smith_mask.nii.gz").write_text("mask")
    images = {
        "patient": ["A", "B"],
        "ct_sha256": ["aa", ""],
        "image_issues.json_sha256": ["a1", "b1"],
    }
    femurs = {"patient": ["A"], "left_cm3": [90.0], "femur.nii.gz_sha256": ["a2"]}
    for path, columns in zip(BATCH, (images, femurs), strict=True):
        pd.DataFrame(columns).to_csv(path, index=False)
    paths = {"ct": ["Smith_ct.nii.gz", None], "mask": ["Smith_mask.nii.gz", None]}
    cohort = pd.DataFrame({"patient": ["A", "B"], **paths, "mask_reader2": [None, "gone.nii.gz"]})
    return write_patients(BATCH, cohort, run=RUN, options=["--configfile", "hips/study.yaml"])


def manifest(patient):
    with Path("results/patients", patient, "manifest.json").open(encoding="utf-8") as file:
        return json.load(file)


def test_every_file_has_its_hash_and_the_command_that_makes_it_again(run):
    issues, mask = manifest("A")["files"]
    assert (issues["file"], issues["sha256"]) == ("image_issues.json", "a1")
    assert (mask["file"], mask["sha256"]) == ("femur.nii.gz", "a2")
    assert mask["rebuild"] == (
        "rm results/patients/A/femur.nii.gz && snakemake --cores 1 --configfile hips/study.yaml "
        "--force -- results/batches/study-001/femurs.csv"
    )


def test_inputs_are_hashes_without_the_names_they_came_with(run, tmp_path):
    assert manifest("A")["inputs"] == {"ct": "aa", "mask": sha256(tmp_path / "Smith_mask.nii.gz")}
    assert "Smith" not in str(manifest("A"))
    assert manifest("B")["inputs"] == {}


def test_a_patient_who_got_no_further_lists_what_there_is(run):
    assert [entry["file"] for entry in manifest("B")["files"]] == ["image_issues.json"]
    assert manifest("B")["run"] == RUN


def test_the_table_has_the_hash_of_each_manifest(run):
    for patient, digest in run.itertuples(index=False):
        assert sha256(f"results/patients/{patient}/manifest.json") == digest


def test_the_report_lists_what_it_shows(run):
    shown = ["results/summary.csv", BATCH[0]]
    pd.DataFrame({"n": [2]}).to_csv(shown[0], index=False)
    write_report(shown, run=RUN, options=[])
    with Path("results/report/manifest.json").open(encoding="utf-8") as file:
        (batch, summary) = json.load(file)["files"]
    assert batch["file"] == BATCH[0]
    assert summary["sha256"] == sha256(shown[0])
    assert summary["rebuild"] == "snakemake --cores 1 --force -- results/summary.csv"
