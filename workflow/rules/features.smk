"""Stage 4: radiomic features of the studied femur of every patient who has a segmentation.

The mask is the automatic one, for all patients: no manual mask reaches the classifier. Only to see
what the segmentation does to the class, test patients are measured within the manual mask as well.

in:   results/batches/{batch}/femurs.csv, results/patients/{patient}/femur.nii.gz, the CTs
out:  results/patients/{patient}/features.csv    one row: 1,184 features
      results/batches/{batch}/features.csv       one row per patient, or why it has no features
      results/cohort/features.csv                all patients of the study who have features
      results/cohort/new_features.csv            all new patients who have features
      results/cohort/manual_features.csv         test patients, within the manual mask
      results/batches/{batch}/neck.csv           trabecular HU of the femoral neck, or why there is none
      results/tables/feature_dictionary.csv      what each feature is and a high value means
"""

check_features(config["features"], moved=config["robustness"]["patients"] > 0)
LOG_SIGMAS_MM = (
    config["features"]["log_sigma_mm"] if "LoG" in config["features"]["images"] else []
)
MEASURED = {
    "side": config["femur"]["side"],
    "features": config["features"],
}


rule extract_features:
    """Measure the radiomic features of every segmented femur of a batch."""
    input:
        scans_of,
        image_qc="results/batches/{batch}/image_qc.csv",
        femurs="results/batches/{batch}/femurs.csv",
        cohort=cohort_of,
        code=code_of("extract_features"),
    output:
        "results/batches/{batch}/features.csv",
    log:
        "results/logs/extract_features/{batch}.log",
    conda:
        "../../envs/radiomics.yaml"
    resources:
        mem_mb=more_each_try(2000),
        runtime=minutes_each(2),
    params:
        measured=MEASURED,
    script:
        "../scripts/extract_features.py"


rule gather_features:
    """Put the features of all patients of the study, or of all new ones, in one table."""
    input:
        batches=lambda wildcards: expand(
            "results/batches/{batch}/features.csv",
            batch=NEW_BATCHES if wildcards.new else STUDY_BATCHES,
        ),
        code=code_of("gather_features"),
    output:
        "results/cohort/{new}features.csv",
    log:
        "results/logs/gather_features/{new}features.log",
    wildcard_constraints:
        new="(new_)?",
    conda:
        "../../envs/tables.yaml"
    script:
        "../scripts/gather_features.py"


rule measure_manual_features:
    """Measure the features of the test patients within the manual mask as well."""
    input:
        manual_masks,
        image_qc=batch_tables("image_qc", STUDY_BATCHES),
        cohort="results/cohort/study.csv",
        code=code_of("measure_manual_features"),
    output:
        "results/cohort/manual_features.csv",
    log:
        "results/logs/measure_manual_features.log",
    conda:
        "../../envs/radiomics.yaml"
    resources:
        mem_mb=more_each_try(2000),
        runtime=more_each_try(60),
    params:
        measured=MEASURED,
    script:
        "../scripts/measure_manual_features.py"


rule describe_features:
    """Describe every feature: its filter, family, formula, unit and what a high value means."""
    input:
        features="results/cohort/features.csv",
        table=DICTIONARY,
        code=code_of("describe_features"),
    output:
        "results/tables/feature_dictionary.csv",
    log:
        "results/logs/describe_features.log",
    conda:
        "../../envs/tables.yaml"
    script:
        "../scripts/describe_features.py"


rule measure_necks:
    """Trabecular CT number in the femoral neck of every segmented patient of a batch."""
    input:
        scans_of,
        image_qc="results/batches/{batch}/image_qc.csv",
        femurs="results/batches/{batch}/femurs.csv",
        cohort=cohort_of,
        code=code_of("measure_necks"),
    output:
        "results/batches/{batch}/neck.csv",
    log:
        "results/logs/measure_necks/{batch}.log",
    conda:
        "../../envs/images.yaml"
    resources:
        mem_mb=more_each_try(2000),
        runtime=minutes_each(2),
    params:
        side=config["femur"]["side"],
        settings=config["neck"],
    script:
        "../scripts/measure_necks.py"
