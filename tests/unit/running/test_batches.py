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
