"""Who is studied, in which batches, and which files a batch starts from."""

import functools
import hashlib
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from osteoct.features.engines import check_engine
from osteoct.cohort.diagnosis import CLASSES as BONE_STATUS
from osteoct.cohort.plan import (
    cohort_tables,
    list_patients,
    require_classes,
    split_into_batches,
)
from osteoct.cohort.tables import TableProblems, read_cohort
from osteoct.results import fingerprint, stamp
from osteoct.storage import StudyProblem
from snakemake.io import contains_wildcard

SYNTHETIC = config["cohort"]["source"] == "synthetic"
PARTICIPANTS, QCT = cohort_tables(config["cohort"])
CLASSES = list(BONE_STATUS)
TABLES = {
    "cohort: participants": PARTICIPANTS,
    "cohort: qct": QCT,
    "new_patients": config["new_patients"],
}
if braced := [key for key, path in TABLES.items() if contains_wildcard(path)]:
    raise WorkflowError(
        f"{', '.join(braced)}: Snakemake takes braces in a path for wildcards. Rename the table, or "
        "the folder that has braces in its name."
    )
try:
    STUDY, NEW = list_patients(config)
except TableProblems as problems:
    raise WorkflowError(str(problems)) from None
STUDY_BATCHES, NEW_BATCHES = (
    split_into_batches(group, rows, config["cohort"]["batch_size"])
    for group, rows in (("study", STUDY), ("new", NEW))
)
BATCHES = STUDY_BATCHES | NEW_BATCHES
GROUPS = ["study", "new"] if NEW else ["study"]


wildcard_constraints:
    patient="|".join(re.escape(row["patient"]) for row in STUDY + NEW),
    batch="|".join(BATCHES),


def patients_of(wildcards):
    """Names of the patients of a batch."""
    return [row["patient"] for row in BATCHES[wildcards.batch]]


def table_of(wildcards):
    """Participants table that lists the patients of a batch."""
    is_study = wildcards.batch in STUDY_BATCHES
    return PARTICIPANTS if is_study else config["new_patients"]


def cohort_of(wildcards):
    """Cohort table with the patients of a batch."""
    return f"results/cohort/{wildcards.batch.split('-')[0]}.csv"


def predictions_of(wildcards):
    """Predictions of the group that a batch belongs to."""
    return f"results/predictions/{wildcards.batch.split('-')[0]}.csv"


def qct_table(wildcards):
    """QCT table; stops before any job if it cannot give every class a patient to learn from."""
    if not SYNTHETIC:
        tables = read_cohort(PARTICIPANTS, QCT)
        try:
            require_classes(
                *tables, side=config["femur"]["side"], diagnosis=config["diagnosis"]
            )
        except StudyProblem as problem:
            raise WorkflowError(str(problem)) from None
    return QCT


def has_own_copies(wildcards):
    """Whether the study keeps copies of a batch's images: always, but for its own phantoms."""
    return not (SYNTHETIC and wildcards.batch in STUDY_BATCHES)


@functools.cache
def existing(path):
    """Whether there is such a file or folder, asked once: a large study has many."""
    return bool(path) and os.path.exists(path)


@functools.cache
def tracked(path):
    """A path as Snakemake can take it: braces would be wildcards, so a link stands for the path."""
    if not contains_wildcard(path):
        return path
    target = os.path.abspath(path)
    link = Path(".snakemake", "links", hashlib.sha256(target.encode()).hexdigest()[:16])
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        try:
            link.symlink_to(target)
        except FileExistsError:  # another job was faster
            pass
    return str(link)


def scans_of(wildcards):
    """CTs of a batch that exist, or that the generator writes; an absent one is no error here."""
    scans = [row["ct"] for row in BATCHES[wildcards.batch]]
    return (
        list(map(tracked, filter(existing, scans)))
        if has_own_copies(wildcards)
        else scans
    )


def stamp_of_images(wildcards):
    """Changes when a file in a CT's or mask's folder does: Snakemake sees a folder's own date alone."""
    if not has_own_copies(wildcards):
        return ""
    paths = [*scans_of(wildcards), *masks_of(wildcards)]
    with ThreadPoolExecutor() as pool:
        return fingerprint(list(pool.map(stamp, paths)))


def masks_in(rows):
    """Masks of patients that exist; a generated one comes with its CT."""
    names = ("mask", "mask_reader2", "automatic_mask")
    masks = [row.get(key) for row in rows for key in names]
    return list(map(tracked, filter(existing, masks)))


def masks_of(wildcards):
    """Masks of a batch."""
    return masks_in(BATCHES[wildcards.batch])


def manual_masks(wildcards):
    """Manual masks of the whole study."""
    return masks_in(STUDY)


def batch_tables(table, batches=BATCHES):
    """One table of every batch."""
    return expand("results/batches/{batch}/{table}.csv", batch=batches, table=table)


def check_features(features, *, moved):
    """Stop before any job if the engine cannot measure what is asked for."""
    try:
        check_engine(features, moved=moved)
    except ValueError as problem:
        raise WorkflowError(str(problem)) from None
