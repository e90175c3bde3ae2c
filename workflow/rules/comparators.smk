"""Stage 6, continued: what simpler models and a combined one reach on the same patients.

in:   results/cohort/study.csv, features.csv, results/predictions/study.csv
out:  results/predictions/comparators.csv               class and probabilities by each model
      results/tables/comparators.csv (and _values.csv)  radiomics against them
"""


rule fit_comparators:
    """Models of mean HU, age and sex, fitted on the training patients."""
    input:
        predictions="results/predictions/study.csv",
        cohort="results/cohort/study.csv",
        features="results/cohort/features.csv",
        selection="results/model/selection.json",
        code=science("classification/classified", "evaluation/comparators", "results"),
    output:
        "results/predictions/comparators.csv",
    log:
        "results/logs/fit_comparators.log",
    conda:
        "../../envs/tables.yaml"
    params:
        mean_hu_feature=EVALUATION["comparators"]["mean_hu_feature"],
        models={
            "inverse_penalty": EVALUATION["comparators"]["inverse_penalty"],
            "forest": config["classifier"]["forest"],
            "grid": config["classifier"]["grid"],
            "seed": config["seed"],
        },
    script:
        "../scripts/fit_comparators.py"


rule compare_baselines:
    """What mean HU, age and sex reach, and whether radiomics is ahead of them."""
    input:
        predictions="results/predictions/study.csv",
        others="results/predictions/comparators.csv",
        code=science(
            "classification/classified",
            "evaluation/comparators",
            "evaluation/comparison_table",
            "evaluation/methods",
            "results",
        ),
    output:
        table="results/tables/comparators.csv",
        values="results/tables/comparators_values.csv",
    log:
        "results/logs/compare_baselines.log",
    conda:
        "../../envs/tables.yaml"
    params:
        seed=config["seed"],
        intervals=INTERVALS,
    script:
        "../scripts/compare_baselines.py"
