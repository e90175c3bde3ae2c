"""Stage 4, continued: robustness of the features to small changes of scan and mask.

in:   results/cohort/features.csv, study.csv, the CTs, automatic and manual masks
out:  results/cohort/robustness_{split}.csv          every measurement of every femur
      results/tables/robustness.csv                  ICC of every feature, with intervals
      results/tables/robustness_families.csv         families and filters
      results/figures/figureS4_robustness.pdf, .png
"""


rule measure_robustness:
    """Measure some femora again: with noise, on moved grids and within changed masks."""
    input:
        manual_masks,
        features="results/cohort/features.csv",
        cohort="results/cohort/study.csv",
        code=code_of("measure_robustness"),
    output:
        "results/cohort/robustness_{split}.csv",
    log:
        "results/logs/measure_robustness/{split}.log",
    conda:
        "../../envs/radiomics.yaml"
    resources:
        mem_mb=more_each_try(2000),
        runtime=more_each_try(60),
    params:
        seed=config["seed"],
        patients=config["robustness"]["patients"],
        changes={
            change: config["robustness"][change]
            for change in (
                "noise_hu",
                "translation_mm",
                "rotation_deg",
                "boundary_sd_mm",
                "volume_fractions",
            )
        },
        measured=MEASURED,
    script:
        "../scripts/measure_robustness.py"


rule tabulate_robustness:
    """ICC of every feature over these changes, and how many features of each family are robust."""
    input:
        repeats="results/cohort/robustness_test.csv",
        code=code_of("tabulate_robustness"),
    output:
        features="results/tables/robustness.csv",
        table="results/tables/robustness_families.csv",
    log:
        "results/logs/tabulate_robustness.log",
    conda:
        "../../envs/tables.yaml"
    params:
        confidence=config["evaluation"]["confidence"],
        good_icc=config["robustness"]["good_icc"],
    script:
        "../scripts/tabulate_robustness.py"


rule draw_robustness:
    """Figure S4: ICC of all features, by family and filter, and of the model's features."""
    input:
        features="results/tables/robustness.csv",
        selection="results/model/selection.json",
        code=code_of("draw_robustness"),
    output:
        "results/figures/figureS4_robustness.pdf",
        "results/figures/figureS4_robustness.png",
    log:
        "results/logs/draw_robustness.log",
    conda:
        "../../envs/tables.yaml"
    params:
        reading={
            "confidence": config["evaluation"]["confidence"],
            "good_icc": config["robustness"]["good_icc"],
        },
        synthetic=SYNTHETIC,
    script:
        "../scripts/draw_robustness.py"
