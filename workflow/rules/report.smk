"""Stage 7: a page for every patient, the report, and the checks on the run's own results.

in:   results/cohort/, results/batches/{batch}/, results/predictions/, results/tables/,
      results/figures/, results/numbers.json
out:  results/figures/figure2_pipeline.pdf, .png  the study's steps, on one of its patients
      results/patients/{patient}/audit.html       one patient on one page
      results/batches/{batch}/pages.csv           which pages there are
      results/tables/checklists.csv               where each item of a checklist is answered
      results/report/claims.html                  what the paper's printed numbers imply
      results/report/index.html                   every exhibit, with what to look for in it
      results/patients/{patient}/manifest.json    what a patient's files were made of, and how again
      results/report/manifest.json                the same of the report, its tables and figures
      results/summary.csv, summary.txt            what became of every patient, counted
      results/cohort/status.csv                   and one by one
      results/checks.txt                          the checks of tests/results/ that this run passed
"""

from pathlib import Path

from osteoct.provenance.run import options_of

CHECKS = Path(ROOT, "tests/results")
MODELS = [
    *(NETWORKS[stage] for stage in ("coarse", "fine") if NETWORKS),
    "results/model/classifier.skops",
]
CAPTIONS = f"{PAGES}/captions.yaml"
TABLES, FIGURES, BESIDE = exhibits_in(CAPTIONS)


# What `read_cases` reads: everything about every patient of the run.
EVERYONE = {
    "cohort": expand("results/cohort/{group}.csv", group=GROUPS),
    **{
        name: batch_tables(name)
        for name in ("image_qc", "femurs", "features", "neck", "overlap")
    },
    "predictions": expand("results/predictions/{group}.csv", group=GROUPS),
    "qct": QCT,
}

SHOWN = [
    *TABLES,
    *FIGURES,
    *BESIDE,
    "results/cohort/status.csv",
    "results/numbers.json",
    "results/report/claims.html",
    "results/report/index.html",
    "results/summary.csv",
]
ENVIRONMENTS = sorted(map(str, Path(ROOT, "envs").glob("*.yaml")))


rule draw_patients:
    """A page for every patient of a batch: pictures, label, class, features, or why there are none."""
    input:
        cohort=cohort_of,
        image_qc="results/batches/{batch}/image_qc.csv",
        femurs="results/batches/{batch}/femurs.csv",
        features="results/batches/{batch}/features.csv",
        neck="results/batches/{batch}/neck.csv",
        overlap="results/batches/{batch}/overlap.csv",
        predictions=predictions_of,
        qct=QCT,
        training="results/model/training.csv",
        selection="results/model/selection.json",
        dictionary=DICTIONARY,
        page=page_files("patient.html.jinja"),
        code=code_of("draw_patients"),
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
            "classifier": CAPTION_OPTIONS["classifier"],
            "settings": config["report"],
        },
    script:
        "../scripts/draw_patients.py"


rule draw_pipeline:
    """Figure 2: the steps of the study, drawn on one of its patients."""
    input:
        study="results/cohort/study.csv",
        femurs=batch_tables("femurs", STUDY_BATCHES),
        overlap=batch_tables("overlap", STUDY_BATCHES),
        predictions="results/predictions/study.csv",
        selection="results/model/selection.json",
        plans=NETWORKS.get("plans", []),
        code=code_of("draw_pipeline"),
    output:
        "results/figures/figure2_pipeline.pdf",
        "results/figures/figure2_pipeline.png",
    log:
        "results/logs/draw_pipeline.log",
    conda:
        "../../envs/report.yaml"
    params:
        options={
            "side": config["femur"]["side"],
            "settings": config["report"],
            "sigmas_mm": LOG_SIGMAS_MM,
            "classifier": CLASSIFIER["estimator"],
        },
        synthetic=SYNTHETIC,
    script:
        "../scripts/draw_pipeline.py"


rule summarise_run:
    """Patients by outcome and the files to open: the summary at the end of `make study`."""
    input:
        **EVERYONE,
        code=code_of("summarise_run"),
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
        environments=ENVIRONMENTS,
        captions=CAPTIONS,
        page=page_files("report.html.jinja"),
        code=code_of("write_report"),
    output:
        "results/report/index.html",
    log:
        "results/logs/write_report.log",
    conda:
        "../../envs/report.yaml"
    params:
        run=ABOUT_RUN,
        study={"synthetic": SYNTHETIC, "side": config["femur"]["side"]},
        captions=CAPTION_OPTIONS,
    script:
        "../scripts/write_report.py"


rule write_manifests:
    """What each patient's files and the report were made of, and the command that makes each again."""
    input:
        **EVERYONE,
        pages=batch_tables("pages"),
        made_from=[PARTICIPANTS, QCT, *MODELS],
        shown=SHOWN,
        environments=ENVIRONMENTS,
        code=code_of("write_manifests"),
    output:
        patients="results/cohort/manifests.csv",
        report="results/report/manifest.json",
    log:
        "results/logs/write_manifests.log",
    conda:
        "../../envs/report.yaml"
    params:
        run=ABOUT_RUN,
        options=options_of(
            workflow.overwrite_configfiles, workflow.config_settings.config
        ),
    script:
        "../scripts/write_manifests.py"


rule fill_checklists:
    """Reporting checklists: where the results answer each item, or that the authors must."""
    input:
        lists=expand(
            f"{ROOT}/resources/checklists/{{name}}.csv",
            name=["tripod_ai", "clear", "metrics"],
        ),
        captions=CAPTIONS,
        numbers="results/numbers.json",
        code=code_of("fill_checklists"),
    output:
        "results/tables/checklists.csv",
    log:
        "results/logs/fill_checklists.log",
    conda:
        "../../envs/report.yaml"
    params:
        captions=CAPTION_OPTIONS,
    script:
        "../scripts/fill_checklists.py"


rule write_claims:
    """The audit of a paper's printed claims as a page of its own; it needs no patient."""
    input:
        claims=own_or_shipped(config["evaluation"]["claims"]["table"]),
        page=page_files("claims.html.jinja"),
        code=code_of("write_claims"),
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
        "results/cohort/manifests.csv",
        batch_tables("pages"),
        **EVERYONE,
        checks=[str(path) for path in sorted(CHECKS.glob("*.py"))],
        code=code_of("check_results"),
    output:
        "results/checks.txt",
    log:
        "results/logs/check_results.log",
    conda:
        "../../envs/report.yaml"
    params:
        settings=f"{ROOT}/pyproject.toml",
    script:
        "../scripts/check_results.py"
