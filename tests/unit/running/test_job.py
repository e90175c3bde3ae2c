"""What a job writes goes to its log; what the study logs is on the console as well."""

import shutil
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).parents[3] / "workflow/scripts"
PROGRESS = "images: S0001 done, 1 of 2"
JOB = """
import logging, os
from osteoct.job import log_to
log_to("log")
print("printed", flush=True)
os.system("echo from a child")
logging.getLogger("elsewhere").info("not asked for")
logging.getLogger("elsewhere").warning("a library warns")
logging.getLogger("osteoct.batches").debug("a trace")
logging.getLogger("osteoct.batches").info("images: S0001 done, 1 of 2")
"""
STOPPED = """
from osteoct.job import log_to
from osteoct.storage import StudyProblem
log_to("log")
raise StudyProblem("Nobody is included. Add patients.")
"""
CHECKED = """
import pytest
from osteoct.job import log_to
log_to("log")
raise SystemExit(pytest.main(["-p", "no:cacheprovider", "checks"]))
"""


def run(job, folder):
    """Status, output and errors of a job's script."""
    done = subprocess.run(
        [sys.executable, "-c", job],
        cwd=folder,
        env={"PYTHONPATH": str(SCRIPTS)},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


def test_progress_is_on_the_console_and_everything_is_in_the_log(tmp_path):
    assert run(JOB, tmp_path) == (0, "", f"{PROGRESS}\n")
    log = (tmp_path / "log").read_text().splitlines()
    assert log == ["printed", "from a child", "a library warns", "a trace", PROGRESS]


def test_why_a_study_cannot_go_on_is_on_the_console(tmp_path):
    status, _, errors = run(STOPPED, tmp_path)
    assert status == 1
    assert errors == "The study cannot go on. Nobody is included. Add patients.\n"


def test_a_check_of_the_results_that_fails_is_on_the_console(tmp_path):
    checks = tmp_path / "checks"
    checks.mkdir()
    shutil.copy(SCRIPTS.parents[1] / "tests/results/conftest.py", checks)
    (checks / "test_run.py").write_text("def test_every_patient_has_a_name():\n    assert 1 == 2\n")
    status, _, errors = run(CHECKED, tmp_path)
    assert status == 1
    assert errors == "A check of the results failed: every patient has a name.\n"
    assert "assert 1 == 2" in (tmp_path / "log").read_text()
