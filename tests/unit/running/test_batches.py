"""What a batch remembers of its patients."""

import logging

import pandas as pd

from osteoct.batches import for_each_patient
from osteoct.problems import PatientProblem

PEOPLE = pd.DataFrame({"patient": ["A", "B"]})


def table():
    return for_each_patient(
        PEOPLE, lambda row, folder: {"right": 1.5, "left": None}, step="measure", files=[], key=1
    )


def test_a_batch_that_goes_on_writes_the_table_of_one_that_was_never_stopped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    whole = table()
    (tmp_path / "results/patients/B/measure.json").unlink()
    again = table()
    assert list(whole) == ["patient", "status", "reason", "right", "left"]
    assert again.to_csv() == whole.to_csv()


def test_progress_names_the_patient_who_failed_the_reason_and_the_remedy(
    tmp_path, monkeypatch, caplog
):
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.INFO, logger="osteoct")

    def measure(row, folder):
        if row["patient"] == "B":
            raise PatientProblem("The CT is tilted. Scan again.")
        return {}

    for_each_patient(PEOPLE, measure, step="image_qc", files=[], key=1)
    assert caplog.messages == [
        "image_qc: A done, 1 of 2",
        "image_qc: B failed, 2 of 2. The CT is tilted. Scan again.",
    ]


def test_what_was_made_of_an_earlier_ct_is_gone_where_the_new_one_is_rejected(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)

    def write(name):
        return lambda row, folder: (folder / name).write_text("old") and {}

    def reject(row, folder):
        if row["patient"] == "B":
            raise PatientProblem("The CT is tilted. Scan again.")
        return {}

    for step, name in (("femurs", "femur.nii.gz"), ("features", "features.csv")):
        for_each_patient(PEOPLE, write(name), step=step, files=[name], key=1)
    for_each_patient(PEOPLE, write("audit.html"), step="pages", files=["audit.html"], key=1)
    for_each_patient(PEOPLE, reject, step="image_qc", files=[], key=1)
    kept = {path.name for path in (tmp_path / "results/patients/B").iterdir()}
    assert kept == {"image_qc.json", "pages.json", "audit.html"}
    assert (tmp_path / "results/patients/A/features.csv").exists()


def test_what_is_measured_in_failed_femora_too_stays_when_segmentation_runs_again(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)

    def fail(row, folder):
        raise PatientProblem("The left femur failed. Look at the mask.")

    for step in ("overlap", "manual_features", "features"):
        for_each_patient(PEOPLE, lambda row, folder: {}, step=step, files=[], key=1)
    for_each_patient(PEOPLE, fail, step="femurs", files=[], key=1)
    kept = {path.name for path in (tmp_path / "results/patients/A").iterdir()}
    assert kept == {"femurs.json", "overlap.json", "manual_features.json"}
