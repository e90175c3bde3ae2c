"""Instead of stages 1 to 4 and 7: a study that starts from an existing table of features.

`make model` checks the table, writes the settings and runs this in a folder of its own.

in:   the table (configuration, section feature_table)
out:  results/cohort/study.csv, features.csv       patients and features, for stages 5 and 6
      results/cohort/columns.csv, ingestion.json   what each column is, and what was decided
      results/tables/table1_patients.csv           (and _values)
      report.html                                  every exhibit, with what to look for in it
      table1_patients.csv, table3_performance.csv, figure3_selection.pdf, ...  copies beside it
      results/summary.txt                          AUCs with their intervals, and where to look
"""

from pathlib import Path

SYNTHETIC = False
CLASSES = FEATURE_TABLE["classes"]
if len(CLASSES) < 2:
    raise WorkflowError(
        "feature_table: classes names no two classes. `make model` fills it in from the table."
    )
if config["selection"]["reliability"]["min_icc"] > 0:
    raise WorkflowError(
        "selection: reliability: min_icc needs images to measure again, and this study starts from "
        "a table of features; set it to 0."
    )
CAPTIONS = f"{PAGES}/feature_table_captions.yaml"
TABLES, FIGURES, BESIDE = exhibits_in(CAPTIONS)
COPIES = [Path(path).name for path in TABLES + FIGURES]


rule load_feature_table:
    """Patients, classes, cohorts and features of a table, and what was set aside and why."""
    input:
        table=FEATURE_TABLE["file"],
        code=code_of("load_feature_table"),
    output:
        study="results/cohort/study.csv",
        features="results/cohort/features.csv",
        columns="results/cohort/columns.csv",
        ingestion="results/cohort/ingestion.json",
    log:
        "results/logs/load_feature_table.log",
    conda:
        "../../envs/tables.yaml"
    params:
        table=FEATURE_TABLE,
        splitting={
            "seed": config["seed"],
            "test_fraction": config["split"]["test_fraction"],
            "training_fraction": config["split"]["training_fraction"],
        },
    script:
        "../scripts/load_feature_table.py"


rule describe_patients:
    """Table 1: the patients of the three cohorts."""
    input:
        study="results/cohort/study.csv",
        code=code_of("describe_patients"),
    output:
        table="results/tables/table1_patients.csv",
        values="results/tables/table1_patients_values.csv",
    log:
        "results/logs/describe_patients.log",
    conda:
        "../../envs/tables.yaml"
    params:
        **config["baseline"],
        seed=config["seed"],
        classes=CLASSES,
    script:
        "../scripts/describe_patients.py"


rule write_table_report:
    """The report of a study that starts from a table: every exhibit, and how it was made."""
    input:
        TABLES,
        FIGURES,
        BESIDE,
        performance="results/tables/table3_performance_values.csv",
        predictions="results/predictions/study.csv",
        selection="results/model/selection.json",
        columns="results/cohort/columns.csv",
        ingestion="results/cohort/ingestion.json",
        made_from=[FEATURE_TABLE["file"], "results/model/classifier.skops"],
        environments=[
            f"{ROOT}/envs/{name}.yaml" for name in ("learning", "report", "tables")
        ],
        captions=CAPTIONS,
        page=[
            f"{PAGES}/{name}"
            for name in ("table.html.jinja", "report.html.jinja", "style.css")
        ],
        code=code_of("write_table_report"),
    output:
        page="report.html",
        summary="results/summary.txt",
    log:
        "results/logs/write_table_report.log",
    conda:
        "../../envs/report.yaml"
    params:
        run=ABOUT_RUN,
        captions=CAPTION_OPTIONS,
    script:
        "../scripts/write_table_report.py"


rule copy_exhibits:
    """Every table and figure beside the report, where a reader looks first."""
    input:
        TABLES,
        FIGURES,
        code=code_of("copy_exhibits"),
    output:
        COPIES,
    log:
        "results/logs/copy_exhibits.log",
    conda:
        "../../envs/tables.yaml"
    script:
        "../scripts/copy_exhibits.py"
