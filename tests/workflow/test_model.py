"""`make model` as a user calls it: a table of features in, exhibits, report and an AUC out."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from tiny import ROOT

VENV = Path(sys.executable).parents[1]
EXHIBITS = [
    "report.html",
    "table1_patients.csv",
    "table3_performance.csv",
    "figure3_selection.pdf",
    "figure4_confusion.png",
    "figure5_roc.pdf",
]


def make_model(**variables):
    """Run `make model` with the tests' light settings; what it printed, and its exit status."""
    named = [f"{name.upper()}={value}" for name, value in variables.items()]
    command = ["make", "model", f"VENV={VENV}", f"--old-file={VENV}/bin/.ready", "CORES=2"]
    command += ["CONFIG=tests/config.yaml", *named]
    done = subprocess.run(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.stdout, done.returncode


def table(n=72):
    """Patients of two classes whose first four features differ, among columns as strangers have."""
    rng = np.random.default_rng(3)
    event = np.arange(n) % 2
    values = rng.normal(size=(n, 24))
    values[:, :4] += 1.2 * event[:, None]
    frame = pd.DataFrame(values, columns=[f"original_glcm_{k}" for k in range(24)])
    frame.iloc[:5, 0], frame.iloc[7, 1], frame["original_glcm_9"] = np.nan, np.inf, 1.5
    frame["original_glcm_10"] = frame["original_glcm_2"]
    frame.insert(0, "Fall-Nr.", [f"K {k:03d}" for k in range(n)])
    frame["diagnostics_Versions_PyRadiomics"], frame["nichts"] = "v3.0.1", ""
    frame["Age"], frame["Klasse"] = rng.integers(40, 90, n), event.astype(float)
    frame.loc[[70, 71], "Klasse"] = np.nan
    return frame


def test_a_table_gives_exhibits_a_report_and_an_auc_with_its_interval(tmp_path):
    path, out = tmp_path / "Merkmale, größer als 1.csv", tmp_path / "Modell für mich"
    table().to_csv(path, index=False, sep=";", decimal=",")
    output, status = make_model(table=path, label="Klasse", id="Fall-Nr.", out=out)
    assert status == 0, output[-4000:]
    assert all((out / name).stat().st_size > 200 for name in EXHIBITS)
    values = pd.read_csv(out / "results/tables/table3_performance_values.csv")
    auc = values.query("split == 'test' and measure == 'auc'").set_index("class").loc["Klasse=1"]
    assert auc["low"] > 0.5
    shown = f"AUC of Klasse=1: {auc['estimate']:.3f} ({auc['low']:.3f}–{auc['high']:.3f})"
    assert shown in output
    predictions = pd.read_csv(out / "results/predictions/study.csv")
    assert len(predictions) == 72 and predictions["diagnosis"].isna().sum() == 2
    assert set(predictions["patient"]) == set(table()["Fall-Nr."])
    counts = json.loads((out / "results/model/selection.json").read_text())["counts"]
    assert (counts["measured"], counts["redundancy"]) == (24, 22)
    assert "Klasse=1" in (out / "report.html").read_text(encoding="utf-8")


def test_a_table_that_will_not_do_is_rejected_in_a_sentence_before_any_job(tmp_path):
    path, out = tmp_path / "table.csv", tmp_path / "out"
    table().to_csv(path, index=False)
    output, status = make_model(table=path, label="klasse", out=out)
    assert status != 0 and "No model. There is no column 'klasse' (LABEL=)" in output
    assert not out.exists()
    output, status = make_model(table=tmp_path / "{a}.csv", label="Klasse", out=out)
    assert status != 0 and "Snakemake cannot use braces in a path" in output


def test_what_is_missing_from_the_command_is_named():
    output, status = make_model()
    assert status != 0 and "make model TABLE=FILE.csv LABEL=COLUMN OUT=FOLDER" in output
