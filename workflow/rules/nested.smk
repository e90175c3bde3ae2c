"""Stage 6, continued, where it is switched on: how optimistic one split is.

Every patient is predicted by a model that never saw them: selection, tuning and classifier are
refitted without each outer fold. Nothing else reads what comes of it. Femora are measured again in training
patients alone, so that no feature is dropped here for its ICC.

in:   results/cohort/study.csv, features.csv, results/predictions/study.csv
out:  results/predictions/nested.csv                             class of every patient, left out
      results/tables/nested_cross_validation.csv (and _values)   beside the single split
      results/figures/figureS6_nested.pdf, .png
"""


rule cross_validate:
    """Nested cross-validation over all patients of the study."""
    input:
        features="results/cohort/features.csv",
        cohort="results/cohort/study.csv",
        code=code_of("cross_validate"),
    output:
        "results/predictions/nested.csv",
    log:
        "results/logs/cross_validate.log",
    conda:
        "../../envs/learning.yaml"
    threads: 6
    resources:
        mem_mb=more_each_try(3000),
        runtime=more_each_try(240),
    params:
        folds=NESTED["folds"],
        classes=CLASSES,
        fitting={
            "seed": config["seed"],
            "selection": {**SELECTION, "reliability": {"min_icc": 0}},
            "classifier": CLASSIFIER,
        },
    script:
        "../scripts/cross_validate.py"


rule compare_splits:
    """AUC of the single split beside that of the nested cross-validation, and Figure S6."""
    input:
        predictions="results/predictions/study.csv",
        nested="results/predictions/nested.csv",
        code=code_of("compare_splits"),
    output:
        table="results/tables/nested_cross_validation.csv",
        values="results/tables/nested_cross_validation_values.csv",
        pdf="results/figures/figureS6_nested.pdf",
        png="results/figures/figureS6_nested.png",
    log:
        "results/logs/compare_splits.log",
    conda:
        "../../envs/tables.yaml"
    params:
        seed=config["seed"],
        intervals=INTERVALS,
        synthetic=SYNTHETIC,
    script:
        "../scripts/compare_splits.py"
