"""Osteoporosis from low-dose CT: the whole study, raw scans to printed exhibits.

    synthetic ─► cohort ─► segmentation ─► features ─► classification ─► evaluation ─► report
    phantoms     who is    femur masks,    1,184       15 features,      tables and    pages,
                 in, why   Dice            radiomics   classifier        intervals     checks

Each stage is one file in workflow/rules/, included below in this order. `snakemake --list` prints
every rule. A study may start from a table of features instead of images: feature_table.smk.
"""

from snakemake.utils import min_version

min_version("9.0")

# This folder, also when another workflow uses the study as a module.
ROOT = str(workflow.current_basedir)


configfile: f"{ROOT}/config/config.yaml"
configfile: f"{ROOT}/config/phantom.yaml"


include: "workflow/rules/common.smk"


if HAS_IMAGES:

    include: "workflow/rules/patients.smk"
    include: "workflow/rules/exhibits.smk"
    include: "workflow/rules/synthetic.smk"
    include: "workflow/rules/cohort.smk"
    include: "workflow/rules/segmentation.smk"
    include: "workflow/rules/features.smk"
    include: "workflow/rules/robustness.smk"

else:

    include: "workflow/rules/exhibits.smk"
    include: "workflow/rules/feature_table.smk"


include: "workflow/rules/classification.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/calibration.smk"
include: "workflow/rules/comparisons.smk"


if HAS_IMAGES:

    include: "workflow/rules/baselines.smk"
    include: "workflow/rules/scenarios.smk"
    include: "workflow/rules/harmonisation.smk"
    include: "workflow/rules/report.smk"

    rule all:
        """Every table and figure of the paper, a page for every patient, and the report."""
        default_target: True
        input:
            # The paper's
            table("table1_patients"),
            table("table2_segmentation"),
            table("table3_performance"),
            table("tableS1_dose"),
            figure("figure1_flow"),
            figure("figure2_pipeline"),
            figure("figure3_selection"),
            figure("figure4_confusion"),
            figure("figure5_roc"),
            figure("figureS1_vbnet") if HAS_NETWORKS else [],
            # How far the answer can be trusted
            table("tableS2_subgroups"),
            table("tableS3_coverage"),
            table("calibration"),
            figure("figureS2_calibration"),
            figure("figureS3_decision_curves"),
            table("robustness_families"),
            figure("figureS4_robustness"),
            # The model against others
            table("comparison_baselines"),
            table("tableS4_density"),
            figure("figureS5_density"),
            table("comparison_scenarios"),
            table("comparison_segmentation") if HAS_MANUAL_MASKS else [],
            table("comparison_harmonisation") if HAS_HARMONISATION else [],
            table("comparison_nested") if HAS_NESTED else [],
            figure("figureS6_nested") if HAS_NESTED else [],
            # A check of the paper, and of this study
            table("claims_audit"),
            table("checklists"),
            "results/report/index.html",
            "results/checks.txt",
            batch_tables("pages"),

else:

    rule all:
        """Every table and figure of a model that starts from a table of features."""
        default_target: True
        input:
            "report.html",
            "results/summary.txt",
            COPIES,
