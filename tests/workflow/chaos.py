"""`make chaos`: the tiny study is killed again and again, and comes out as if it had not been.

    python tests/workflow/chaos.py --kills 20 --seed 2024

One study runs undisturbed. A second one runs by `make study`, whose whole process group gets
SIGKILL at random moments of the first one's course, and is resumed by `make study` each time.
After every kill, each file under its final name is as in the undisturbed study: none is half
written. At the end the manifests are equal, or the files that differ are listed and the status
is 1.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from processes import jobs_of, wait_for_all
from tiny import CONFIG, ROOT, Study

from osteoct.provenance.same_bytes import differences, digest_of

MAX_SECONDS = 900  # without progress


class MadeStudy(Study):
    """The tiny study as `make study` runs it, in a folder that it can be killed in."""

    def __init__(self, folder):
        super().__init__(folder)
        self.folder = self.project

    def start(self, log):
        """`make study` in a process group of its own."""
        venv = Path(sys.prefix)
        command = ["make", "-f", ROOT / "Makefile", "-o", venv / "bin/.ready", "study"]
        command += [f"VENV={venv}", "CORES=2", f"CONFIG={CONFIG}"]
        return subprocess.Popen(
            list(map(str, command)),
            cwd=self.folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def records(self):
        """When each output was finished, as Snakemake noted it."""
        notes = self.folder.glob(".snakemake/metadata/**/*")
        return sorted(note.stat().st_mtime for note in notes if note.is_file())


def moments(records, kills, rng):
    """Random moments of an undisturbed run: outputs that are finished by then, seconds since.

    Parameters
    ----------
    records : list of float
        When each output was finished, sorted.
    kills : int
        One moment in each of so many equal parts of the run.
    rng : numpy.random.Generator

    Returns
    -------
    list of (int, float)
    """
    start, length = records[0] - 5, records[-1] - records[0] + 5
    drawn = start + length * (np.arange(kills) + rng.random(kills)) / kills
    finished = np.searchsorted(records, drawn)
    last = [records[number - 1] if number else start for number in finished]
    return list(zip(finished.tolist(), (drawn - last).tolist(), strict=True))


def kill_at(study, moment, log):
    """Run until a moment, kill every process at once; what ran, or None if the study ended."""
    finished, seconds = moment
    run, patience = study.start(log), time.monotonic() + MAX_SECONDS
    while len(study.records()) < finished or not jobs_of(run.pid):
        if run.poll() is not None:
            return None
        if time.monotonic() > patience:
            os.killpg(run.pid, signal.SIGKILL)
            sys.exit("The study makes no progress.")
        time.sleep(0.05)
    try:
        run.wait(seconds)
    except subprocess.TimeoutExpired:
        hit = sorted(set(jobs_of(run.pid).values()))
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        wait_for_all(run.pid)
        return hit or ["Snakemake, between two jobs"]
    return None


def chaos(folder, kills, seed):
    """Both studies; returns the exit status."""
    calm, killed = MadeStudy(Path(folder, "calm")), MadeStudy(Path(folder, "killed"))
    with Path(folder, "log.txt").open("w") as log:
        if calm.start(log).wait():
            sys.exit(Path(log.name).read_text()[-6000:])
        expected = calm.manifest()
        print(f"Undisturbed: {len(expected)} files, manifest {digest_of(expected)}", flush=True)
        plan = moments(calm.records(), kills, np.random.default_rng(seed))
        for number, moment in enumerate(plan, start=1):
            hit = kill_at(killed, moment, log)
            if hit is None:
                print(f"Kill {number}: the study had ended.", flush=True)
                break
            now = killed.manifest()
            wrong = [name for name, digest in now.items() if expected.get(name) != digest]
            print(f"Kill {number} at {', '.join(hit)}: {len(now)} files are there", flush=True)
            if wrong:
                print("\n".join(["Not whole, or not as undisturbed:", *wrong]))
                return 1
        if killed.start(log).wait():
            sys.exit(Path(log.name).read_text()[-6000:])
    found = differences(expected, killed.manifest())
    print(f"Resumed to its end: manifest {digest_of(killed.manifest())}")
    print("\n".join(found) if found else "The killed study is the undisturbed one, byte for byte.")
    return 1 if found else 0


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--seed", type=int, default=2024)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(chaos(scratch, asked.kills, asked.seed))
