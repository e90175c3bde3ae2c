"""What vanishes is made again: the job of a machine that disappears, a file that is deleted."""

import os
import signal
import subprocess
import time

from processes import jobs_of, wait_for_all

from osteoct.vanished import find_vanished, in_order

BATCH = "results/batches/study-001/femurs.csv"


def test_a_job_that_vanishes_half_way_is_run_again_and_gives_the_same_bytes(tiny_study, tmp_path):
    study = tiny_study.copy(tmp_path)
    (study.folder / BATCH).unlink()
    segmented = study.read("batches/study-001/image_qc.csv").query("status == 'done'").patient
    records = [study.folder / "results/patients" / name / "femurs.json" for name in segmented]
    for record in records:
        record.unlink(missing_ok=True)
    run = subprocess.Popen(
        study.command("--retries", "1", "--", BATCH),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    while not any(record.exists() for record in records):
        assert run.poll() is None
        time.sleep(0.05)
    (job,) = jobs_of(run.pid)
    os.kill(job, signal.SIGKILL)
    assert not all(record.exists() for record in records)
    output = run.communicate()[0].decode()
    wait_for_all(run.pid)
    assert run.returncode == 0, output[-6000:]
    assert "Trying to restart job" in output
    assert study.manifest() == tiny_study.manifest()


def test_a_deleted_file_of_a_patient_is_made_again_and_nothing_else(tiny_study, tmp_path):
    study = tiny_study.copy(tmp_path)
    patients = study.folder / "results" / "patients"
    name = study.read("batches/study-001/features.csv").query("status == 'done'").patient[0]
    gone = [patients / name / file for file in ("femur.nii.gz", "features.csv", "audit.html")]
    for path in gone:
        path.unlink()
    began = time.time()
    assert restore(study) == ["femurs", "features", "pages"]
    assert "Nothing to be done" in study.snakemake("--dry-run", "--quiet", "rules")
    assert study.manifest() == tiny_study.manifest()
    files = [path for path in patients.glob("*/*") if path.stat().st_mtime > began]
    assert {path.parent.name for path in files} == {name}
    assert find_vanished(study.folder / "results") == {}


def restore(study):
    """What `make study` does first; returns the names of the tables that it made again."""
    groups = in_order(find_vanished(study.folder / "results"))
    for tables in groups:
        paths = [str(table.relative_to(study.folder)) for table in tables]
        study.snakemake("--force", "--", *paths)
    return [group[0].stem for group in groups]
