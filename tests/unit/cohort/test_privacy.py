"""Nothing that identifies a patient gets past image QC: not into results, logs or pages."""

import gzip
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
import yaml
from hospital import ROOT, pelvis, save, slices_of, structure_set, write

from osteoct import batches
from osteoct.cohort.enrolment import select_new
from osteoct.cohort.new_study import new_study
from osteoct.cohort.tables import read_participants
from osteoct.report.cases import gather
from osteoct.report.patient_page import draw_pages
from osteoct.report.summary import status_of, summarise, summary_text
from osteoct.results import write_csv, write_text

IDENTITY = {
    "PatientName": "Mueller^Anna",
    "PatientBirthDate": "19480229",
    "OtherPatientIDs": "KV55512",
    "AccessionNumber": "ACC99887",
    "InstitutionName": "Klinikum Adorf",
    "ReferringPhysicianName": "Haushofer",
    "SeriesDescription": "Mueller Anna Becken",
    "StudyInstanceUID": "1.2.826.0.1.777.1",
    "FrameOfReferenceUID": "1.2.826.0.1.777.2",
    "SeriesInstanceUID": "1.2.826.0.1.777.3",
    "PatientComments": "Tel 0151-4711",
}
# Long, or with a sign that no hex digest has: a hash must not hold one by chance.
SECRETS = ("mueller", "19480229", "kv55512", "acc99887", "adorf", "haushofer", "1.2.826.0.1.777")
SECRETS += ("0151-4711", "geheim", "becken", "20240304")
DAY = "2024-03-04"  # as the participants table has it
EMPTY = pd.DataFrame(columns=["patient", "status", "reason"])


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    """A hospital's folder: identities in every header and in every name."""
    folder, ct = tmp_path_factory.mktemp("hospital"), pelvis()
    ward = folder / "ward"
    slices = slices_of(ct, PatientID="GEHEIM-1", **IDENTITY)
    scan = write(slices, ward / "MUELLER_ANNA_1948")
    for number, file in enumerate(sorted(scan.iterdir())):
        file.rename(scan / f"Mueller Anna {number}.dcm")
    damaged = Path(shutil.copytree(scan, ward / "geheim damaged"))
    slice_5 = sorted(damaged.iterdir())[5]
    slice_5.write_bytes(slice_5.read_bytes()[:5000])
    gone = Path(shutil.copytree(scan, ward / "geheim incomplete"))
    sorted(gone.iterdir())[5].unlink()
    odd = slices_of(ct, PatientID="GEHEIM-2", **IDENTITY | {"ConvolutionKernel": "Mueller"})
    write(odd, ward / "geheim odd")
    shutil.make_archive(str(ward / "Mueller zip"), "zip", scan)
    (ward / "geheim broken.zip").write_bytes(b"PK\3\4Mueller Anna")
    sitk.WriteImage(ct, ward / "mueller.nii.gz")
    content = bytearray(gzip.decompress((ward / "mueller.nii.gz").read_bytes()))
    content[148:160], content[228:240] = b"Mueller Anna", b"geheim.hdr19"
    (ward / "mueller.nii.gz").write_bytes(gzip.compress(bytes(content), 1))
    (ward / "mueller broken.nii.gz").write_bytes(gzip.compress(bytes(content), 1)[:9000])
    angle = np.linspace(0, 6.2, 30)
    ring = np.column_stack([95 + 20 * np.cos(angle), 20 * np.sin(angle), np.full(30, 22.5)])
    structures = structure_set({"femur left Mueller": [ring], "Mueller Anna": [ring]})
    for keyword, value in IDENTITY.items():
        setattr(structures, keyword, value)
    save(structures, folder / "mueller rs.dcm")
    return folder


@pytest.fixture(scope="module")
def run(ward):
    """Image QC run by Snakemake on that folder, then every later step that needs no mask."""
    new_study(ward / "ward", ward / "study")
    table = pd.read_csv(ward / "study" / "participants.tsv", sep="\t", dtype=str)
    (ward / "study" / "masks").mkdir()
    (ward / "study" / "masks" / "H1.dcm").symlink_to(ward / "mueller rs.dcm")
    table["mask"] = "masks/H1.dcm"
    table.to_csv(ward / "study" / "participants.tsv", sep="\t", index=False)
    qct = ["patient\tside\tregion\tbmd_g_cm2\tt_score", "H0001\tleft\ttotal_hip\t0.7\t-1.2", ""]
    (ward / "study" / "qct.tsv").write_text("\n".join(qct))
    settings = yaml.safe_load((ward / "study" / "study.yaml").read_text())
    folder = ward / "run"
    folder.mkdir()
    (folder / "study.yaml").write_text(yaml.safe_dump(settings))
    output = _snakemake(folder, "results/batches/study-001/image_qc.csv")
    home = Path.cwd()
    os.chdir(folder)
    try:
        _later_steps(ward / "study" / "participants.tsv")
    finally:
        os.chdir(home)
    (folder / "results" / "console.txt").write_text(output)
    return folder


def _snakemake(folder, target):
    command = [Path(sys.executable).with_name("snakemake"), target, "--cores", "1"]
    command += ["--snakefile", ROOT / "Snakefile", "--directory", folder]
    command += ["--configfile", folder / "study.yaml"]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    return done.stdout


def _later_steps(participants):
    """Cohort table, status, summary and pages, as the rules write them."""
    images = pd.read_csv("results/batches/study-001/image_qc.csv", dtype={"patient": str})
    rows = pd.DataFrame(read_participants(participants))
    cohort = select_new(rows, images, cohort={"dose_factor_msv_per_mgy_cm": 0.015})
    write_csv(cohort, "results/cohort/new.csv")
    steps = {"image_qc": images, "femurs": EMPTY, "features": EMPTY}
    nothing = {"overlap": EMPTY, "qct": EMPTY, "predictions": EMPTY}
    cases = gather(cohort, patients=list(cohort["patient"]), steps=steps, **nothing)
    write_csv(status_of(cases), "results/cohort/status.csv")
    write_csv(summarise(cases), "results/summary.csv")
    write_text(summary_text(cases, synthetic=False), "results/summary.txt")
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    study = {
        "synthetic": False,
        "side": "left",
        "classifier": "random forest",
        "diagnosis": config["diagnosis"],
    }
    draw_pages(
        cases.assign(features=None),
        training=pd.DataFrame(columns=["diagnosis"]),
        study={**study, "settings": config["report"], "meanings": {}},
        template=str(ROOT / "workflow/report/patient.html.jinja"),
        code=[],
    )


def _bytes(path):
    content = path.read_bytes()
    return content + gzip.decompress(content) if path.suffix == ".gz" else content


def test_every_patient_got_through_or_was_rejected_with_a_reason(run):
    images = pd.read_csv(run / "results/batches/study-001/image_qc.csv", keep_default_na=False)
    assert sorted(images["status"]) == ["done"] * 4 + ["failed"] * 4
    assert not images["reason"].str.contains("Unforeseen").any()
    assert all((run / "results/patients" / p / "audit.html").exists() for p in images["patient"])


def test_no_byte_of_results_and_logs_tells_who_a_patient_is(run):
    files = [path for path in run.rglob("*") if path.is_file()]
    assert len(files) > 30
    for path in files:
        content = _bytes(path).lower()
        for secret in (*SECRETS, DAY):
            assert secret.encode() not in content, (path.relative_to(run), secret)
            assert secret not in str(path.relative_to(run)).lower()


def test_no_result_is_a_link_to_a_source(run):
    assert not [path for path in (run / "results").rglob("*") if path.is_symlink()]


def test_the_search_finds_what_it_looks_for(ward):
    """The planted secrets are there to be found, so that finding none means something."""
    planted = b"".join(
        _bytes(path).lower()
        for path in (ward / "ward").rglob("*")
        if path.is_file() and "broken" not in path.name
    )
    planted += "".join(map(str, (ward / "ward").rglob("*"))).lower().encode()
    assert all(secret.encode() in planted for secret in SECRETS)
    assert DAY in (ward / "study/participants.tsv").read_text()


def test_an_unforeseen_errors_trace_does_not_quote_it(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)

    def measure(row, folder):
        try:
            Path("/Mueller/Anna").read_text()
        except OSError:
            raise ValueError("Mueller") from None

    table = batches.for_each_patient(
        pd.DataFrame({"patient": ["A"]}), measure, step="x", files=[], key=0
    )
    output = caplog.text
    assert "ValueError" in output and "FileNotFoundError" in output and "test_privacy.py" in output
    assert "Mueller" not in output.replace('Path("/Mueller/Anna").read_text()', "").replace(
        'raise ValueError("Mueller") from None', ""
    )
    assert "Mueller" not in table["reason"][0]
