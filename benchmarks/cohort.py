"""Seconds and memory of the steps that see every patient at once, for a cohort of any size.

Run it with `make benchmark-cohort` where a study has finished. Its patients' rows are repeated
under new names until there are enough; the steps are the study's own rules. Prints the longest
moment and the largest memory of each rule's process.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from dag import ROOT, SNAKEMAKE, write_cohort

RESULTS = Path("results").resolve()
TABLES = ("images", "femurs", "features", "overlap", "pages")
AS_THEY_ARE = ("tables", "figures", "model", "segmentation", "numbers.json")
AS_THEY_ARE += ("cohort/flow.csv", "predictions/outlines.csv", "report/claims.html")
STEPS = ("select_cohort", "gather_features", "predict_patients", "summarise_run")
STEPS += ("write_report", "write_manifests")
SCRIPT = re.compile(r"\.snakemake/scripts/\w+\.(\w+)\.py")
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def write_batches(folder, patients, batch_size):
    """Tables of every batch, from the finished run's first one."""
    rows = {}
    for table in TABLES:
        found = pd.read_csv(RESULTS / f"batches/study-001/{table}.csv", dtype=str)
        rows[table] = dict(list(found.groupby("patient")))
    pattern = [name for name in rows["images"] if name in rows["features"]]
    for number, start in enumerate(range(1, patients + 1, batch_size), start=1):
        batch = folder / f"results/batches/study-{number:03d}"
        batch.mkdir(parents=True)
        names = range(start, min(start + batch_size, patients + 1))
        for table in TABLES:
            parts = [
                rows[table][pattern[name % len(pattern)]].assign(patient=f"P{name:06d}")
                for name in names
                if pattern[name % len(pattern)] in rows[table]
            ]
            pd.concat(parts).to_csv(batch / f"{table}.csv", index=False)


def run_steps(folder, settings):
    """Run the steps; rule to its seconds and peak memory in GB."""
    command = [SNAKEMAKE, "--cores", "1", "--quiet", "rules", "--snakefile", ROOT / "Snakefile"]
    command += ["--directory", folder, "--configfile", settings, "--rerun-triggers", "mtime"]
    command += ["--allowed-rules", *STEPS, "--", "results/cohort/manifests.csv"]
    said = (folder / "said.txt").open("w")
    run = subprocess.Popen(list(map(str, command)), stdout=said, stderr=said)
    began, found = {}, {}
    while run.poll() is None:
        for rule, memory in jobs_in(folder):
            now = time.monotonic()
            found[rule] = (now - began.setdefault(rule, now), memory)
        time.sleep(0.1)
    if run.returncode:
        sys.exit((folder / "said.txt").read_text()[-4000:])
    return found


def jobs_in(folder):
    """Rules whose scripts run in a folder now, and the largest memory of each so far, in GB."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text(errors="replace")
            peak = PEAK.search((process / "status").read_text())
        except OSError:
            continue
        if (rule := SCRIPT.search(command)) and peak and str(folder) in command:
            yield rule[1], int(peak[1]) * 1024 / 1e9


def main(patients, batch_size):
    """Print one line for each step."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        settings = write_cohort(folder, patients, batch_size)
        write_batches(folder, patients, batch_size)
        for name in AS_THEY_ARE:
            (folder / "results" / name).parent.mkdir(exist_ok=True)
            (folder / "results" / name).symlink_to(RESULTS / name)
        found = run_steps(folder, settings)
        size = (folder / "results/cohort/features.csv").stat().st_size / 1e9
    print(f"{patients} patients; the features of all are {size:.2f} GB of text")
    for rule, (seconds, memory) in found.items():
        print(f"{rule:18} {seconds:7.1f} s {memory:6.2f} GB")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--patients", type=int, default=50_000)
    options.add_argument("--batch-size", type=int, default=100)
    asked = options.parse_args()
    main(asked.patients, asked.batch_size)
