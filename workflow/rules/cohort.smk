"""Stage 2: inclusion and exclusion, diagnosis, and the split into training, validation and test.

in:   participants.tsv and qct.tsv (docs/cohort.md), the CTs
      results/batches/{batch}/femurs.csv of stage 3, for who could not be segmented
out:  results/batches/{batch}/image_qc.csv       image QC, one row per patient
      results/patients/{patient}/image_issues.json   every issue, and why which series was taken
      results/patients/{patient}/ct.nii.gz, mask.nii.gz, mask_reader2.nii.gz   (not of phantoms)
      results/cohort/study.csv, new.csv        status, reason, diagnosis and split of each patient
      results/cohort/flow.csv                  patients in and out at every step
      results/tables/table1_patients.csv, tableS1_dose.csv (and *_values.csv, all digits)
      results/figures/figure1_flow.pdf, .png
"""


rule check_images:
    """Read CT and masks of every patient of a batch, reject what cannot be measured."""
    input:
        scans_of,
        masks_of,
        participants=table_of,
        code=code_of("check_images"),
    output:
        "results/batches/{batch}/image_qc.csv",
    log:
        "results/logs/check_images/{batch}.log",
    conda:
        "../../envs/images.yaml"
    resources:
        mem_mb=more_each_try(3000),
        runtime=minutes_each(2),
    params:
        patients=patients_of,
        settings=config["image_qc"],
        keep_copies=has_own_copies,
        stamp=stamp_of_images,
    script:
        "../scripts/check_images.py"


rule select_cohort:
    """Include, exclude with a reason, diagnose and split every screened patient."""
    input:
        participants=PARTICIPANTS,
        qct=qct_table,
        image_qc=batch_tables("image_qc", STUDY_BATCHES),
        code=code_of("select_cohort"),
    output:
        "results/cohort/study.csv",
    log:
        "results/logs/select_cohort.log",
    conda:
        "../../envs/tables.yaml"
    params:
        cohort=config["cohort"],
        diagnosis={"side": config["femur"]["side"], **config["diagnosis"]},
        splitting={"seed": config["seed"], **config["split"]},
    script:
        "../scripts/select_cohort.py"


rule select_new:
    """List the patients who are only to be classified, and why some cannot be."""
    input:
        participants=config["new_patients"] or [],
        image_qc=batch_tables("image_qc", NEW_BATCHES),
        code=code_of("select_new"),
    output:
        "results/cohort/new.csv",
    log:
        "results/logs/select_new.log",
    conda:
        "../../envs/tables.yaml"
    params:
        cohort=config["cohort"],
    script:
        "../scripts/select_new.py"


rule tabulate_cohort:
    """Table 1, patients of the three cohorts, and Table S1, their radiation dose."""
    input:
        study="results/cohort/study.csv",
        femurs=batch_tables("femurs", STUDY_BATCHES),
        code=code_of("tabulate_cohort"),
    output:
        table1="results/tables/table1_patients.csv",
        table1_values="results/tables/table1_patients_values.csv",
        tableS1="results/tables/tableS1_dose.csv",
        tableS1_values="results/tables/tableS1_dose_values.csv",
        flow="results/cohort/flow.csv",
    log:
        "results/logs/tabulate_cohort.log",
    conda:
        "../../envs/tables.yaml"
    params:
        **config["baseline"],
        seed=config["seed"],
    script:
        "../scripts/tabulate_cohort.py"


rule draw_flow:
    """Figure 1: how many patients were screened, excluded and why, and split."""
    input:
        counts="results/cohort/flow.csv",
        code=code_of("draw_flow"),
    output:
        "results/figures/figure1_flow.pdf",
        "results/figures/figure1_flow.png",
    log:
        "results/logs/draw_flow.log",
    conda:
        "../../envs/tables.yaml"
    params:
        by_site=bool(config["split"]["test_sites"]),
        synthetic=SYNTHETIC,
    script:
        "../scripts/draw_flow.py"
