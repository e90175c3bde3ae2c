"""A machine that disappears takes its job with it; the job is run again, and nothing is lost."""

import os
import signal
import subprocess
import time

from processes import jobs_of, wait_for_all

BATCH = "results/batches/study-001/femurs.csv"


def test_a_job_that_vanishes_half_way_is_run_again_and_gives_the_same_bytes(tiny_study, tmp_path):
    study = tiny_study.copy(tmp_path)
    (study.folder / BATCH).unlink()
    outlined = study.read("batches/study-001/image_qc.csv").query("status == 'done'").patient
    records = [study.folder / "results/patients" / name / "femurs.json" for name in outlined]
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
    said = run.communicate()[0].decode()
    wait_for_all(run.pid)
    assert run.returncode == 0, said[-6000:]
    assert "Trying to restart job" in said
    assert study.manifest() == tiny_study.manifest()
