"""What fraction of the processor's time goes into starting jobs, at any size of the cohort.

`make benchmark-overhead` first runs a study of a few phantoms in CTs of full size (full_size.yaml);
`python benchmarks/overhead.py FOLDER` reads any finished study. How long each rule's jobs took
there is in Snakemake's records; what a job needs before it works is measured here, by importing
what its script imports; how many jobs there are, by a dry run. What batches of patients take is
multiplied to the size given; steps that read all patients are not, though they too take longer.
Phantoms and training are left out on both sides.
"""

import argparse
import ast
import json
import re
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import pandas as pd
from dag import ROOT, dry_run, write_cohort

SCRIPTS = ROOT / "workflow/scripts"
PREAMBLE = "import pickle, snakemake.script\n"  # of every script that Snakemake starts
OF_A_BATCH = re.compile(r"/study-\d+\.log$")
APART = {"simulate_patient", "gather_synthetic", "train_segmentation", "all"}


def seconds_of_jobs(folder):
    """Seconds of the jobs of a finished run: {rule: {log: seconds}}."""
    spans = {}
    for note in Path(folder, ".snakemake/metadata").rglob("*"):
        if note.is_file() and (record := json.loads(note.read_text())).get("starttime"):
            job = record["rule"], *record["log"]
            started, ended = spans.get(job, (record["starttime"], 0))
            spans[job] = min(started, record["starttime"]), max(ended, record["endtime"])
    seconds = defaultdict(dict)
    for (rule, log), (started, ended) in spans.items():
        seconds[rule][log] = ended - started
    return seconds


def start_up(rule):
    """CPU seconds that a rule's script needs before it does anything."""
    tree = ast.parse((SCRIPTS / f"{rule}.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    code = PREAMBLE + "\n".join(map(ast.unparse, imports))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(study, patients, batch_size):
    """Print one line for each rule, and the sum of all."""
    took, screened = seconds_of_jobs(study), len(pd.read_csv(study / "results/cohort/study.csv"))
    with tempfile.TemporaryDirectory() as folder:
        jobs = dry_run(write_cohort(Path(folder), patients, batch_size))["rules"]
    starting = working = 0
    print(f"{'rule':20} {'jobs':>6} {'starting s':>11} {'working s':>10}")
    for rule in sorted(jobs.keys() & took.keys() - APART):
        start = start_up(rule)
        work = sum(max(seconds - start, 0) for seconds in took[rule].values())
        work *= patients / screened if any(map(OF_A_BATCH.search, took[rule])) else 1
        starting, working = starting + jobs[rule] * start, working + work
        print(f"{rule:20} {jobs[rule]:6d} {jobs[rule] * start:11.0f} {work:10.0f}")
    print(f"Starting {starting:.0f} s of {starting + working:.0f} s: ", end="")
    print(f"{starting / (starting + working):.1%} without training")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("study", type=Path, help="folder of a finished study")
    options.add_argument("--patients", type=int, default=695)
    options.add_argument("--batch-size", type=int, default=50)
    given = options.parse_args()
    main(given.study, given.patients, given.batch_size)
