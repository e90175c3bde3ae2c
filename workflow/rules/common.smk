"""What every stage shares: the checked configuration, the code behind a rule, what a job asks for."""

import os
import sys
from pathlib import Path

import yaml

# One thread in every numerical library: more cores run more jobs, and no number depends on them.
# (Rules of several threads see to it themselves: Snakemake sets these variables again for them.)
LIBRARIES = ("OMP_NUM", "OPENBLAS_NUM", "ITK_GLOBAL_DEFAULT_NUMBER_OF")
os.environ |= {f"{library}_THREADS": "1" for library in LIBRARIES}

sys.path.append(f"{ROOT}/workflow/scripts")

from osteoct.classification.classifiers import in_use
from osteoct.configuration import ConfigurationProblems, check_configuration
from osteoct.dependencies import code_of
from snakemake.exceptions import WorkflowError
from snakemake.io import contains_wildcard
from snakemake.utils import update_config

if contains_wildcard(ROOT):
    raise WorkflowError(
        "The project lies in a folder with braces in its path, which Snakemake takes for wildcards. "
        "Rename that folder."
    )


def check(settings):
    """Stop with every problem of a configuration, before any job."""
    given = workflow.overwrite_configfiles
    try:
        check_configuration(
            settings,
            f"{ROOT}/workflow/schemas/config.schema.yaml",
            files=[*(f for f in workflow.configfiles if f not in given), *given],
            options=workflow.config_settings.config,
        )
    except ConfigurationProblems as problems:
        raise WorkflowError(str(problems)) from None


# A workflow that uses the study as a module hands over its own configuration and no second file.
phantoms = yaml.safe_load(Path(ROOT, "config/phantom.yaml").read_text(encoding="utf-8"))
update_config(phantoms, {"phantom": config.get("phantom", {})})
config |= phantoms
check(config)

FEATURE_TABLE = config["feature_table"]
HAS_IMAGES = FEATURE_TABLE["file"] == ""
CLASSIFIER = in_use(config["classifier"])


wildcard_constraints:
    group="study|new",
    stage="coarse|fine",
    split="training|test",


def repeats_for(selection):
    """Repeated measurements of training femora, for a selection that asks for them."""
    is_asked = selection["reliability"]["min_icc"] > 0
    return ["results/cohort/robustness_training.csv"] if is_asked else []


def more_each_try(first):
    """A resource for a rule: so much at first, twice and thrice as much when the job is tried again."""
    return lambda wildcards, attempt: first * attempt


def minutes_each(minutes):
    """The time a batch asks for, from the minutes that one of its patients may take."""
    return more_each_try(minutes * config["cohort"]["batch_size"])
