"""How long Snakemake thinks before the first job, and in how much memory, for cohorts of any size.

Run it with `make benchmark-dag`. The cohorts are tables without images: every CT and mask that
they name is an empty file, so that the dry run looks for as many files as a real one. Prints
patients, patients per job, jobs, seconds, CPU seconds and the largest memory.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import yaml

from osteoct.cohort.phantom_files import PARTICIPANT, QCT, write_tsv

ROOT = Path(__file__).parents[1]
SNAKEMAKE = Path(sys.executable).with_name("snakemake")
SIZES = {24: 15, 456: 15, 5_000: 100, 50_000: 100}  # patients: patients per job
REGIONS = ("femoral_neck", "total_hip")
PER_FOLDER = 1000
JOBS = re.compile(r"^(\w+) +(\d+)$", flags=re.M)


def write_cohort(folder, patients, batch_size):
    """Tables, empty images and settings of a cohort; returns the path of the settings."""
    rows, measured = [], []
    for number in range(1, patients + 1):
        name, place = f"P{number:06d}", Path(f"scans/{number // PER_FOLDER:03d}")
        (folder / place).mkdir(parents=True, exist_ok=True)
        row = {"patient": name, "sex": "FM"[number % 2], "age": 50 + number % 40}
        row |= dict.fromkeys(("exam_date", "qct_date"), f"2024-{1 + number % 12:02d}-15")
        for image in ("ct", "mask"):
            row[image] = f"{place}/{name}_{image}.nii.gz"
            (folder / row[image]).touch()
        rows.append(row)
        for region in REGIONS:
            measured.append(
                {"patient": name, "side": "left", "region": region, "t_score": -(number % 40) / 10}
            )
    (folder / "resources").symlink_to(ROOT / "resources")
    write_tsv(rows, PARTICIPANT, folder / "participants.tsv")
    write_tsv(measured, QCT, folder / "qct.tsv")
    tables = {name: str(folder / f"{name}.tsv") for name in ("participants", "qct")}
    settings = {"cohort": {"source": "tables", "batch_size": batch_size, **tables}}
    (folder / "study.yaml").write_text(yaml.safe_dump(settings))
    return folder / "study.yaml"


def dry_run(settings, *targets):
    """What a dry run in the settings' folder plans, and the time and memory that it takes.

    Returns
    -------
    dict
        `rules` (name to number of jobs), `jobs` (all of them), `wall` and `cpu` (seconds),
        `memory` (GB, the peak).
    """
    command = [SNAKEMAKE, "--dry-run", "--quiet", "rules", "--cores", "16"]
    command += ["--snakefile", ROOT / "Snakefile", "--directory", settings.parent]
    command += ["--configfile", settings, "--", *targets]
    log = settings.parent / "output.txt"
    started = time.monotonic()
    with log.open("w") as output:
        child = os.posix_spawn(
            command[0],
            list(map(str, command)),
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), to) for to in (1, 2)],
        )
        _, status, used = os.wait4(child, 0)
    wall = time.monotonic() - started
    if status:
        sys.exit(log.read_text()[-4000:])
    rules = {name: int(count) for name, count in JOBS.findall(log.read_text())}
    jobs = rules.pop("total")
    cpu = used.ru_utime + used.ru_stime
    return {
        "rules": rules,
        "jobs": jobs,
        "wall": wall,
        "cpu": cpu,
        "memory": used.ru_maxrss * 1024 / 1e9,
    }


def main(sizes):
    """Print one line for each size."""
    print(f"{'patients':>8} {'per job':>8} {'jobs':>7} {'wall s':>7} {'CPU s':>7} {'GB':>6}")
    for patients, batch_size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            settings = write_cohort(Path(folder), patients, batch_size)
            run = dry_run(settings)
        print(f"{patients:8d} {batch_size:8d} {run['jobs']:7d}", end=" ")
        print(f"{run['wall']:7.1f} {run['cpu']:7.1f} {run['memory']:6.2f}", flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--patients", type=int, help="one size only")
    options.add_argument("--batch-size", type=int, default=15)
    given = options.parse_args()
    main([(given.patients, given.batch_size)] if given.patients else SIZES.items())
