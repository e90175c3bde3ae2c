"""Stage 7: a page for every patient, the report, and the checks on the run's own results.

in:   results/cohort/, results/batches/{batch}/, results/predictions/, results/tables/,
      results/figures/, results/numbers.json
out:  results/figures/figure2_pipeline.pdf, .png  the study's steps, on one of its patients
      results/patients/{patient}/audit.html       one patient on one page
      results/batches/{batch}/pages.csv           which pages there are
      results/tables/checklists.csv               where each item of a checklist is answered
      results/report/claims.html                  what the paper's printed numbers imply
      results/report/index.html                   every exhibit, with what to look for in it
      results/summary.csv, summary.txt            what became of every patient, counted
      results/cohort/status.csv                   and one by one
      results/checks.txt                          the checks of tests/results/ that this run passed
"""

from pathlib import Path

import yaml

PAGES = f"{workflow.basedir}/workflow/report"
CHECKS = Path(workflow.basedir, "tests/results")
ENVIRONMENTS = Path(workflow.basedir, "envs")
MODELS = [
    "results/segmentation/trained/coarse/weights.safetensors",
    "results/segmentation/trained/fine/weights.safetensors",
    "results/model/classifier.skops",
]
CAPTIONS = f"{PAGES}/captions.yaml"
with open(CAPTIONS, encoding="utf-8") as file:
    EXHIBITS = [
        exhibit
        for chapter in yaml.safe_load(file)["chapters"]
        for exhibit in chapter["exhibits"]
    ]
TABLES = [f"results/tables/{e['table']}.csv" for e in EXHIBITS if "table" in e]
FIGURES = expand(
    "results/figures/{name}.{ending}",
    name=[e["figure"] for e in EXHIBITS if "figure" in e],
    ending=["pdf", "png"],
)
BESIDE = [f"results/{name}" for e in EXHIBITS for name in e.get("also", [])]


# What `read_cases` reads: everything about every patient of the run.
EVERYONE = {
    "cohort": expand("results/cohort/{group}.csv", group=GROUPS),
    **{
        name: of_all_batches(name)
        for name in ("images", "femurs", "features", "overlap")
    },
    "predictions": expand("results/predictions/{group}.csv", group=GROUPS),
    "qct": QCT,
}


rule draw_patients:
    """A page for every patient of a batch: pictures, label, class, features, or why there are none."""
    input:
        cohort=cohort_of,
        images="results/batches/{batch}/images.csv",
        femurs="results/batches/{batch}/femurs.csv",
        features="results/batches/{batch}/features.csv",
        overlap="results/batches/{batch}/overlap.csv",
        predictions=predictions_of,
        measured=features_of,
        qct=QCT,
        study="results/cohort/study.csv",
        reference="results/cohort/features.csv",
        selection="results/model/selection.json",
        page=page_files("patient.html.jinja"),
        code=science("report/cases", "report/patient_page", "results"),
    output:
        "results/batches/{batch}/pages.csv",
    log:
        "results/logs/draw_patients/{batch}.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=more_each_try(2000),
        runtime=minutes_each(1),
    params:
        patients=patients_of,
        study={
            "synthetic": SYNTHETIC,
            "side": config["femur"]["side"],
            "diagnosis": config["diagnosis"],
            "settings": config["report"],
        },
    script:
        "../scripts/draw_patients.py"


rule draw_pipeline:
    """Figure 2: the steps of the study, drawn on one of its patients."""
    input:
        study="results/cohort/study.csv",
        femurs=expand("results/batches/{batch}/femurs.csv", batch=STUDY_BATCHES),
        overlap=expand("results/batches/{batch}/overlap.csv", batch=STUDY_BATCHES),
        predictions="results/predictions/study.csv",
        selection="results/model/selection.json",
        code=science(
            "report/cases", "figures/pipeline", "figures/style", "report/illustration"
        ),
    output:
        "results/figures/figure2_pipeline.pdf",
        "results/figures/figure2_pipeline.png",
    log:
        "results/logs/draw_pipeline.log",
    conda:
        "../../envs/report.yaml"
    params:
        side=config["femur"]["side"],
        settings=config["report"],
        spacing_mm=[config["segmentation"][s]["spacing_mm"] for s in ("coarse", "fine")],
        sigmas_mm=config["features"]["settings"]["images"]["LoG"]["sigma"],
        trees=config["classifier"]["forest"]["n_estimators"],
    script:
        "../scripts/draw_pipeline.py"


rule summarise_run:
    """What became of every patient, counted, and where to look: the end of `make study`."""
    input:
        **EVERYONE,
        code=science("report/cases", "results", "report/summary"),
    output:
        table="results/summary.csv",
        status="results/cohort/status.csv",
        text="results/summary.txt",
    log:
        "results/logs/summarise_run.log",
    conda:
        "../../envs/report.yaml"
    params:
        synthetic=SYNTHETIC,
    script:
        "../scripts/summarise_run.py"


rule write_report:
    """The report: every exhibit with its caption, every patient, and how the run was made."""
    input:
        TABLES,
        FIGURES,
        BESIDE,
        **EVERYONE,
        numbers="results/numbers.json",
        made_from=[PARTICIPANTS, QCT, *MODELS],
        environments=[str(path) for path in sorted(ENVIRONMENTS.glob("*.yaml"))],
        captions=CAPTIONS,
        page=page_files("report.html.jinja"),
        code=science(
            "report/cases", "report/provenance", "report/report_page", "results"
        ),
    output:
        "results/report/index.html",
    log:
        "results/logs/write_report.log",
    conda:
        "../../envs/report.yaml"
    params:
        run={"root": workflow.basedir, "configuration": config},
        study={"synthetic": SYNTHETIC, "side": config["femur"]["side"]},
    script:
        "../scripts/write_report.py"


rule fill_checklists:
    """Reporting checklists: where the results answer each item, or that the authors must."""
    input:
        lists=expand(
            f"{workflow.basedir}/resources/checklists/{{name}}.csv",
            name=["tripod_ai", "clear", "metrics"],
        ),
        captions=CAPTIONS,
        numbers="results/numbers.json",
        code=science("report/checklists", "results"),
    output:
        "results/tables/checklists.csv",
    log:
        "results/logs/fill_checklists.log",
    conda:
        "../../envs/report.yaml"
    script:
        "../scripts/fill_checklists.py"


rule write_claims:
    """The audit of a paper's printed claims as a page of its own; it needs no patient."""
    input:
        claims=config["evaluation"]["claims"]["table"],
        page=page_files("claims.html.jinja"),
        code=science("claims/table", "report/claims_page", "results"),
    output:
        "results/report/claims.html",
    log:
        "results/logs/write_claims.log",
    conda:
        "../../envs/report.yaml"
    params:
        **AUDIT,
    script:
        "../scripts/write_claims.py"


rule check_results:
    """The checks of tests/results/ on this run: the study does not finish if one fails."""
    input:
        "results/cohort/features.csv",
        "results/cohort/flow.csv",
        "results/model/selection.json",
        "results/model/temperature.json",
        "results/model/thresholds.json",
        "results/report/claims.html",
        "results/report/index.html",
        "results/summary.csv",
        "results/cohort/status.csv",
        of_all_batches("pages"),
        **EVERYONE,
        checks=[str(path) for path in sorted(CHECKS.glob("*.py"))],
        code=science(),
    output:
        "results/checks.txt",
    log:
        "results/logs/check_results.log",
    conda:
        "../../envs/report.yaml"
    params:
        settings=f"{workflow.basedir}/pyproject.toml",
    script:
        "../scripts/check_results.py"
