"""What share of the processor's time goes into starting jobs, at any size of the cohort.

Run it with `make benchmark-overhead` where a study has finished. How long each rule's jobs took
there is in Snakemake's records; what a job needs before it works is measured here, by importing
what its script imports; how many jobs there are, by a dry run. Training is left out on both sides.
"""

import argparse
import ast
import json
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
APART = {"simulate_patient", "gather_synthetic", "train_segmentation", "all"}


def seconds_of_jobs(folder):
    """Rule to the seconds that each of its jobs took in a finished run."""
    spans = {}
    for note in Path(folder, ".snakemake/metadata").rglob("*"):
        if note.is_file() and (record := json.loads(note.read_text())).get("starttime"):
            job = record["rule"], tuple(record["log"])
            began, ended = spans.get(job, (record["starttime"], 0))
            spans[job] = min(began, record["starttime"]), max(ended, record["endtime"])
    found = defaultdict(list)
    for (rule, _), (began, ended) in spans.items():
        found[rule].append(ended - began)
    return found


def start_up(rule):
    """CPU seconds that a rule's script needs before it does anything."""
    tree = ast.parse((SCRIPTS / f"{rule}.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    code = PREAMBLE + "\n".join(map(ast.unparse, imports))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(patients, batch_size):
    """Print one line for each rule that takes a second or more, and the sum of all."""
    took, screened = seconds_of_jobs("."), len(pd.read_csv("results/cohort/study.csv"))
    with tempfile.TemporaryDirectory() as folder:
        jobs = dry_run(write_cohort(Path(folder), patients, batch_size))["rules"]
    starting = working = 0
    print(f"{'rule':20} {'jobs':>6} {'starting s':>11} {'working s':>10}")
    for rule in sorted(jobs.keys() & took.keys() - APART):
        start = start_up(rule)
        work = sum(max(seconds - start, 0) for seconds in took[rule])
        work *= patients / screened if len(took[rule]) > 1 else 1
        starting, working = starting + jobs[rule] * start, working + work
        print(f"{rule:20} {jobs[rule]:6d} {jobs[rule] * start:11.0f} {work:10.0f}")
    print(f"Starting {starting:.0f} s of {starting + working:.0f} s: ", end="")
    print(f"{starting / (starting + working):.1%} without training")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--patients", type=int, default=695)
    options.add_argument("--batch-size", type=int, default=50)
    asked = options.parse_args()
    main(asked.patients, asked.batch_size)
