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
TABLES = ("image_qc", "femurs", "features", "neck", "overlap", "pages")
AS_THEY_ARE = ("tables", "figures", "model", "segmentation", "numbers.json")
AS_THEY_ARE += ("cohort/flow.csv", "predictions/segmentation.csv", "report/claims.html")
STEPS = ("select_cohort", "gather_features", "predict_patients", "summarise_run")
STEPS += ("write_report", "write_manifests")
SCRIPT = re.compile(r"\.snakemake/scripts/\w+\.(\w+)\.py")
PLACE = re.compile(r"^#(\d+)", flags=re.M)
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def write_batches(folder, patients, batch_size):
    """Tables of every batch: the finished run's first patients, again and again."""
    images = pd.read_csv(RESULTS / "batches/study-001/image_qc.csv", dtype=str)
    names = images.loc[images["status"] == "done", "patient"]
    copies = {name: range(place, batch_size, len(names)) for place, name in enumerate(names)}
    for table in TABLES:
        rows = pd.read_csv(RESULTS / f"batches/study-001/{table}.csv", dtype=str)
        rows["patient"] = [
            [f"#{copy}" for copy in copies.get(name, [])] for name in rows["patient"]
        ]
        text = rows.explode("patient").dropna(subset="patient").to_csv(index=False)
        for start in range(0, patients, batch_size):
            batch = folder / f"results/batches/study-{start // batch_size + 1:03d}"
            batch.mkdir(parents=True, exist_ok=True)
            named = PLACE.sub(lambda copy, start=start: f"P{start + int(copy[1]) + 1:06d}", text)
            (batch / f"{table}.csv").write_text(named)


def run_steps(folder, settings):
    """Run the steps; rule to its seconds and peak memory in GB."""
    command = [SNAKEMAKE, "--cores", "1", "--quiet", "rules", "--snakefile", ROOT / "Snakefile"]
    command += ["--directory", folder, "--configfile", settings, "--rerun-triggers", "mtime"]
    command += ["--allowed-rules", *STEPS, "--", "results/cohort/manifests.csv"]
    log = (folder / "output.txt").open("w")
    run = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log)
    started, measured = {}, {}
    while run.poll() is None:
        for rule, memory in jobs_in(folder):
            now = time.monotonic()
            measured[rule] = (now - started.setdefault(rule, now), memory)
        time.sleep(0.1)
    if run.returncode:
        sys.exit((folder / "output.txt").read_text()[-4000:])
    return measured


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
        measured = run_steps(folder, settings)
        size = (folder / "results/cohort/features.csv").stat().st_size / 1e9
    print(f"{patients} patients; the features of all are {size:.2f} GB of text")
    for rule, (seconds, memory) in measured.items():
        print(f"{rule:18} {seconds:7.1f} s {memory:6.2f} GB")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--patients", type=int, default=50_000)
    options.add_argument("--batch-size", type=int, default=100)
    given = options.parse_args()
    main(given.patients - given.patients % given.batch_size, given.batch_size)
