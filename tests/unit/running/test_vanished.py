"""Files of patients that are gone or changed are found through the tables that came with them."""

import os

import pandas as pd
import pytest

from osteoct.batches import for_each_patient
from osteoct.results import write_csv
from osteoct.vanished import find_vanished, in_order, main

NAMES = ["A", "B"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A folder with one batch, segmented and measured."""
    monkeypatch.chdir(tmp_path)
    for step, file in (("femurs", "femur.nii.gz"), ("features", "features.csv")):
        measure(step, file)
    return tmp_path / "results"


def measure(step, file):
    """One step for every patient, and its table; returns the table's path."""
    rows = pd.DataFrame({"patient": NAMES})

    def write(row, folder):
        (folder / file).write_text(f"{step} of {row['patient']}")
        return {}

    table = for_each_patient(rows, write, step=step, files=[file], key="")
    path = f"results/batches/study-001/{step}.csv"
    write_csv(table, path)
    return path


def found_in(run):
    return {
        table.stem: [str(path.relative_to(run / "patients")) for path in paths]
        for table, paths in find_vanished(run).items()
    }


def test_nothing_is_found_in_what_the_jobs_left(run):
    assert found_in(run) == {}


@pytest.mark.parametrize("name", ["femur.nii.gz", "femurs.json"])
def test_a_deleted_file_is_found_and_made_again_for_its_patient_alone(run, name):
    path = run / "patients/A" / name
    content = path.read_bytes()
    other = (run / "patients/B/femur.nii.gz").stat().st_mtime_ns
    path.unlink()
    assert found_in(run) == {"femurs": [f"A/{name}"]}
    measure("femurs", "femur.nii.gz")
    assert path.read_bytes() == content
    assert found_in(run) == {}
    assert (run / "patients/B/femur.nii.gz").stat().st_mtime_ns == other


def test_a_changed_file_is_found_but_not_one_that_was_only_touched(run):
    later = (run / "batches/study-001/features.csv").stat().st_mtime_ns + 10**9
    for patient, text in (("A", "other numbers"), ("B", "features of B")):
        path = run / "patients" / patient / "features.csv"
        path.write_text(text)
        os.utime(path, ns=(later, later))
    assert found_in(run) == {"features": ["A/features.csv"]}


def test_tables_are_made_again_in_the_order_of_work(run, capsys):
    for patient in NAMES:
        for name in ("femur.nii.gz", "features.csv"):
            (run / "patients" / patient / name).unlink()
    main()
    printed = capsys.readouterr()
    lines = [f"results/batches/study-001/{name}.csv" for name in ("femurs", "features")]
    assert printed.out.splitlines() == lines
    assert "results/patients/B/femur.nii.gz is gone; it is made again." in printed.err
    assert [len(group) for group in in_order(find_vanished(run))] == [1, 1]


def test_a_folder_without_results_has_nothing_to_find(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main()
    assert capsys.readouterr().out == ""
