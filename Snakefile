"""Osteoporosis from low-dose CT: the whole study, raw scans to printed exhibits.

    synthetic ─► cohort ─► segmentation ─► features ─► classification ─► evaluation ─► report
    phantoms     who is    femur masks,    1,184       15 features,      tables and    pages,
                 in, why   Dice            radiomics   random forest     intervals     checks

A study may begin at a table of features instead of images (workflow/rules/table.smk).
Each stage is one file in workflow/rules/. `snakemake --list` prints every rule.
"""

from snakemake.utils import min_version

min_version("9.0")

# This folder, also when another workflow uses the study as a module.
ROOT = str(workflow.current_basedir)


configfile: f"{ROOT}/config/config.yaml"
configfile: f"{ROOT}/config/phantom.yaml"


include: "workflow/rules/common.smk"


if BEGINS_AT_TABLE:

    include: "workflow/rules/table.smk"

else:

    include: "workflow/rules/synthetic.smk"
    include: "workflow/rules/cohort.smk"
    include: "workflow/rules/segmentation.smk"
    include: "workflow/rules/features.smk"
    include: "workflow/rules/robustness.smk"


include: "workflow/rules/classification.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/calibration.smk"
include: "workflow/rules/comparisons.smk"


if not BEGINS_AT_TABLE:

    include: "workflow/rules/baselines.smk"
    include: "workflow/rules/scenarios.smk"
    include: "workflow/rules/harmonisation.smk"
    include: "workflow/rules/report.smk"


rule all:
    """Every table and figure of the paper, a page for every patient, and the report."""
    default_target: True
    input:
        WANTED,
