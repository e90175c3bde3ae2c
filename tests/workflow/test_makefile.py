"""What `make` promises: a short help, the newest Python, and honest statuses."""

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rulebook import ROOT

READY = Path(sys.prefix) / "bin" / ".ready"


def make(*arguments, folder=ROOT, path=None):
    """Make with the running environment, which is not touched."""
    command = ["make", "-C", folder, f"VENV={sys.prefix}", "-o", READY, *arguments]
    outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHON"}  # of `make test PYTHON=...` around this
    environment = {name: value for name, value in os.environ.items() if name not in outer}
    environment |= {"PATH": path} if path else {}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def script(path, *lines):
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


def groups():
    """Targets of each group that the help shows."""
    found, title = {}, ""
    for line in make("help").stdout.splitlines():
        if target := re.match(r"  ([a-z%-]+) +\S", line):
            found[title].append(target[1])
        elif line and not line.startswith("make"):
            title = line
            found[title] = []
    return found


def test_help_shows_a_user_no_more_than_a_dozen_targets():
    shown = groups()
    assert len(shown) == 5
    assert sum(len(names) for title, names in shown.items() if "developers" not in title) <= 12


def test_every_target_that_is_not_a_file_stands_in_the_help():
    rules = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)", rules, re.M)[1].replace("\\\n", " ").split()
    listed = [name for names in groups().values() for name in names]
    assert sorted({*phony} - {"help"} | {"benchmark-%"}) == sorted(listed)


@pytest.mark.parametrize(
    ("runs", "chosen"),
    [
        (["python3.11", "python3.12", "python3.13"], "python3.13"),
        (["python3.11", "python3.12"], "python3.12"),
        (["python3"], "python3"),
    ],
)
def test_the_environment_takes_the_newest_python_that_runs(tmp_path, runs, chosen):
    for name in ("python3.13", "python3.12", "python3.11", "python3"):
        script(tmp_path / "bin" / name, f"exit {int(name not in runs)}")
    target = tmp_path / "venv" / "bin" / ".ready"
    path = f"{tmp_path}/bin:{os.environ['PATH']}"
    done = make("-n", f"VENV={tmp_path}/venv", target, path=path)
    assert f"{chosen} -m venv {tmp_path}/venv" in done.stdout
    done = make("-n", f"VENV={tmp_path}/venv", "PYTHON=my-python", target, path=path)
    assert f"my-python -m venv {tmp_path}/venv" in done.stdout


def test_without_a_fitting_python_make_says_what_it_looked_for(tmp_path):
    for name in ("python3.13", "python3.12", "python3.11", "python3"):
        script(tmp_path / "bin" / name, "exit 1")
    target = tmp_path / "venv" / "bin" / ".ready"
    done = make(f"VENV={tmp_path}/venv", target, path=f"{tmp_path}/bin:{os.environ['PATH']}")
    assert done.returncode == 2
    assert "Looked for python3.13 python3.12 python3.11 python3" in done.stdout


def test_an_environment_that_is_there_is_used_as_it_is(tmp_path):
    venv = tmp_path / "venv"
    for name in ("python", "uv"):
        script(venv / "bin" / name, f'echo {name} "$@" >> {tmp_path}/calls')
    done = make(f"VENV={venv}", venv / "bin" / ".ready")
    assert done.returncode == 0, done.stderr
    assert "-m venv" not in (tmp_path / "calls").read_text()


def test_a_missing_variable_is_named_with_the_whole_call():
    done = make("screen", "CT=ct.nii.gz")
    assert done.returncode == 2
    assert "make screen CT=FILE_OR_DICOM_FOLDER OUT=FOLDER" in done.stdout


@pytest.mark.parametrize("status", [1, 3])
def test_make_ends_with_2_where_the_program_ends_with_a_status_of_its_own(tmp_path, status):
    script(tmp_path / "bin" / "python", f"exit {status}")
    ready = tmp_path / "bin" / ".ready"
    done = make(f"VENV={tmp_path}", "-o", ready, "screen", "CT=ct.nii.gz", "OUT=screened")
    assert done.returncode == 2


def test_two_studies_in_one_folder_do_not_run_at_once(tmp_path):
    lock = tmp_path / ".snakemake" / "study-lock"
    lock.parent.mkdir()
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = make("-f", ROOT / "Makefile", "study", folder=tmp_path)
    assert done.returncode == 2
    assert "Another 'make study' is running in this folder." in done.stdout
