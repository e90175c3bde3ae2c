"""What every stage shares: who is studied, the batches of patients, and code dependencies."""

import os
import re
import sys

# One thread in every numerical library: more cores run more jobs, and no number depends on them.
os.environ |= {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS",
    )
}

sys.path.append(f"{workflow.basedir}/workflow/scripts")

from osteoct.dependencies import files_behind
from osteoct.cohort.diagnosis import CLASSES as BONE_STATUS
from osteoct.cohort.tables import TableProblems, read_cohort, read_participants
from snakemake.exceptions import WorkflowError

# A study may begin at a table of features: then it has no images, and classes of its own.
TABLE = config["features"]["table"]
BEGINS_AT_TABLE = TABLE["file"] != ""
CLASSES = TABLE["classes"] if BEGINS_AT_TABLE else list(BONE_STATUS)
if BEGINS_AT_TABLE and len(CLASSES) < 2:
    raise WorkflowError(
        "features: table: classes names no two classes. `make model` fills it in from the table."
    )
SELECTION = dict(config["selection"])
if BEGINS_AT_TABLE:
    SELECTION["missing"] = {"largest_share": TABLE["largest_missing_share"]}

SYNTHETIC = config["cohort"]["source"] == "synthetic" and not BEGINS_AT_TABLE
if SYNTHETIC:
    PARTICIPANTS = "resources/synthetic/participants.tsv"
    QCT = "resources/synthetic/qct.tsv"
else:
    PARTICIPANTS = config["cohort"]["participants"]
    QCT = config["cohort"]["qct"]


def synthetic_patients():
    """Rows of the patients that the generator will write."""
    folder = "resources/synthetic/patients"
    names = [
        f"S{number:04d}" for number in range(1, config["synthetic"]["screened"] + 1)
    ]
    return [{"patient": name, "ct": f"{folder}/{name}/ct.nii.gz"} for name in names]


def listed_patients():
    """Rows of the study's patients and of the new ones, or every problem of the tables."""
    if BEGINS_AT_TABLE:
        return [], []
    try:
        study = synthetic_patients() if SYNTHETIC else read_cohort(PARTICIPANTS, QCT)[0]
        taken = [row["patient"] for row in study]
        new = config["new_patients"]
        return study, read_participants(new, taken=taken) if new else []
    except TableProblems as problems:
        raise WorkflowError(str(problems)) from None


def in_batches(group, rows):
    """Rows of a group of patients by batch name, e.g. study-001."""
    size = config["cohort"]["batch_size"]
    return {
        f"{group}-{number:03d}": rows[start : start + size]
        for number, start in enumerate(range(0, len(rows), size), start=1)
    }


STUDY, NEW = listed_patients()
STUDY_BATCHES = in_batches("study", STUDY)
NEW_BATCHES = in_batches("new", NEW)
BATCHES = STUDY_BATCHES | NEW_BATCHES
PATIENTS = [row["patient"] for row in STUDY + NEW]
GROUPS = ["study", "new"] if NEW else ["study"]


wildcard_constraints:
    patient="|".join(map(re.escape, PATIENTS)),
    batch="|".join(BATCHES),
    group="study|new",
    stage="coarse|fine",


def patients_of(wildcards):
    """Names of the patients of a batch."""
    return [row["patient"] for row in BATCHES[wildcards.batch]]


def cohort_of(wildcards):
    """Cohort table with the patients of a batch."""
    return f"results/cohort/{wildcards.batch.split('-')[0]}.csv"


def scans_of(wildcards):
    """CTs of a batch that exist, or that the generator writes; an absent one is no error here."""
    return [
        row["ct"]
        for row in BATCHES[wildcards.batch]
        if row["ct"] and (SYNTHETIC and row in STUDY or os.path.exists(row["ct"]))
    ]


def outlines_of(wildcards):
    """Readers' outlines of a batch that exist; a generated one comes with its CT."""
    masks = [
        row.get(key)
        for row in BATCHES[wildcards.batch]
        for key in ("mask", "mask_reader2")
    ]
    return [mask for mask in masks if mask and os.path.exists(mask)]


def has_own_copies(wildcards):
    """Whether the study keeps copies of a batch's images: always, but for its own phantoms."""
    return not (SYNTHETIC and wildcards.batch in STUDY_BATCHES)


def table_of(wildcards):
    """Participants table that lists the patients of a batch."""
    is_study = wildcards.batch in STUDY_BATCHES
    return PARTICIPANTS if is_study else config["new_patients"]


def readers_masks(wildcards):
    """Masks that the study's own participants table lists; the generator's come with the CTs."""
    masks = [row.get(key) for row in STUDY for key in ("mask", "mask_reader2")]
    return [mask for mask in masks if mask and os.path.exists(mask)]


def predictions_of(wildcards):
    """Predictions of the group that a batch belongs to."""
    return f"results/predictions/{wildcards.batch.split('-')[0]}.csv"


def features_of(wildcards):
    """Features of the group that a batch belongs to."""
    group = wildcards.batch.split("-")[0]
    return f"results/cohort/{'features' if group == 'study' else 'new_features'}.csv"


def of_all_batches(table):
    """One table of every batch."""
    return expand("results/batches/{batch}/{table}.csv", batch=BATCHES, table=table)


PARTS = ["banner.html.jinja", "viewer.html.jinja", "verdicts.html.jinja", "style.css"]


def page_files(template):
    """A page's template and what it is made of."""
    return [f"{workflow.basedir}/workflow/report/{name}" for name in (template, *PARTS)]


def science(*modules):
    """The modules a script imports and all behind them; as inputs, they rerun it when edited."""
    return files_behind(modules)
