"""What every stage shares: who is studied, the batches of patients, and code dependencies."""

import functools
import os
import re
import sys
from pathlib import Path

import yaml

# One thread in every numerical library: more cores run more jobs, and no number depends on them.
# (Rules of several threads see to it themselves: Snakemake sets these variables again for them.)
os.environ |= {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS",
    )
}

sys.path.append(f"{ROOT}/workflow/scripts")

from hipphantom import patient_names
from osteoct.captions import read_captions
from osteoct.classification.classifiers import in_use, title_of
from osteoct.configuration import ConfigurationProblems, check_configuration
from osteoct.dependencies import code_of
from osteoct.cohort.diagnosis import CLASSES as BONE_STATUS
from osteoct.cohort.tables import TableProblems, read_cohort, read_participants
from osteoct.provenance.run import code_digest
from snakemake.exceptions import WorkflowError
from snakemake.utils import update_config


def check(settings):
    """Stop with every problem of a configuration, before any job."""
    given = workflow.overwrite_configfiles
    files = [*(name for name in workflow.configfiles if name not in given), *given]
    try:
        check_configuration(
            settings,
            f"{ROOT}/workflow/schemas/config.schema.yaml",
            files=files,
            options=workflow.config_settings.config,
        )
    except ConfigurationProblems as problems:
        raise WorkflowError(str(problems)) from None


# A workflow that uses the study as a module hands over its own configuration and no second file.
phantoms = yaml.safe_load(Path(ROOT, "config/phantom.yaml").read_text(encoding="utf-8"))
update_config(phantoms, {"phantom": config.get("phantom", {})})
config |= phantoms
check(config)

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
    SELECTION["missing"] = {"max_missing_fraction": TABLE["largest_missing_share"]}
    if SELECTION["reliability"]["min_icc"] > 0:
        raise WorkflowError(
            "selection: reliability: min_icc needs images to measure again, and this study begins "
            "at a table of features; set it to 0."
        )

CLASSIFIER = in_use(config["classifier"])
CLASSIFIER_TITLE = title_of(CLASSIFIER)

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
    names = patient_names(config["phantom"]["screened"])
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
    split="training|test",


def patients_of(wildcards):
    """Names of the patients of a batch."""
    return [row["patient"] for row in BATCHES[wildcards.batch]]


def cohort_of(wildcards):
    """Cohort table with the patients of a batch."""
    return f"results/cohort/{wildcards.batch.split('-')[0]}.csv"


def has_own_copies(wildcards):
    """Whether the study keeps copies of a batch's images: always, but for its own phantoms."""
    return not (SYNTHETIC and wildcards.batch in STUDY_BATCHES)


@functools.cache
def existing(path):
    """Whether there is such a file or folder, asked once: a large study has many."""
    return bool(path) and os.path.exists(path)


def scans_of(wildcards):
    """CTs of a batch that exist, or that the generator writes; an absent one is no error here."""
    scans = [row["ct"] for row in BATCHES[wildcards.batch]]
    return list(filter(existing, scans)) if has_own_copies(wildcards) else scans


def masks_in(rows):
    """Masks of patients that exist; a generated one comes with its CT."""
    names = ("mask", "mask_reader2", "automatic_mask")
    masks = [row.get(key) for row in rows for key in names]
    return list(filter(existing, masks))


def masks_of(wildcards):
    """Masks of a batch."""
    return masks_in(BATCHES[wildcards.batch])


def table_of(wildcards):
    """Participants table that lists the patients of a batch."""
    is_study = wildcards.batch in STUDY_BATCHES
    return PARTICIPANTS if is_study else config["new_patients"]


def manual_masks(wildcards):
    """Manual masks of the whole study."""
    return masks_in(STUDY)


def predictions_of(wildcards):
    """Predictions of the group that a batch belongs to."""
    return f"results/predictions/{wildcards.batch.split('-')[0]}.csv"


def batch_tables(table):
    """One table of every batch."""
    return expand("results/batches/{batch}/{table}.csv", batch=BATCHES, table=table)


def repeats_for(selection):
    """Repeated measurements of training femora, for a selection that asks for them."""
    is_asked = selection["reliability"]["min_icc"] > 0
    return ["results/cohort/robustness_training.csv"] if is_asked else []


def own_or_shipped(path):
    """A file of the folder the study runs in, else the one of that name beside the Snakefile."""
    shipped = f"{ROOT}/{path}"
    return shipped if not os.path.exists(path) and os.path.exists(shipped) else path


DICTIONARY = f"{ROOT}/resources/features/features.csv"
PAGES = f"{ROOT}/workflow/report"
SEGMENTED_BY = config["segmentation"]["source"]
SWITCHES = {
    SEGMENTED_BY: True,
    "manual_masks": SYNTHETIC or any(row["mask"] for row in STUDY),
    "nested": config["evaluation"]["nested_folds"] > 0,
    "harmonisation": config["evaluation"]["harmonisation"]["method"] != "none",
}
SWITCHED_ON = [name for name, is_on in SWITCHES.items() if is_on]
CAPTION_OPTIONS = {"switched_on": SWITCHED_ON, "classifier": CLASSIFIER_TITLE}
ABOUT_RUN = {
    "root": ROOT,
    "code": code_digest(ROOT),
    "configuration": config,
}


def exhibits_in(captions):
    """Tables, figures and files beside them that a report shows, by its captions."""
    chapters = read_captions(captions, **CAPTION_OPTIONS)["chapters"]
    shown = [exhibit for chapter in chapters for exhibit in chapter["exhibits"]]
    tables = [f"results/tables/{e['table']}.csv" for e in shown if "table" in e]
    drawn = [f"results/figures/{e['figure']}" for e in shown if "figure" in e]
    beside = [f"results/{name}" for e in shown for name in e.get("also", [])]
    return tables, expand("{name}.{ending}", name=drawn, ending=["pdf", "png"]), beside


PARTS = [
    "banner.html.jinja",
    "viewer.html.jinja",
    "segmentation_qc.html.jinja",
    "style.css",
]


def page_files(template):
    """A page's template and what it is made of."""
    return [f"{PAGES}/{name}" for name in (template, *PARTS)]


def more_each_try(first):
    """A resource for a rule: so much at first, twice and thrice as much when the job is tried again."""
    return lambda wildcards, attempt: first * attempt


def minutes_each(minutes):
    """The time a batch asks for, from the minutes that one of its patients may take."""
    return more_each_try(minutes * config["cohort"]["batch_size"])
