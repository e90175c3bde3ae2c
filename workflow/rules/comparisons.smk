"""Stage 6, continued: other models beside the study's own, each comparison made by one rule.

osteoct/evaluation/comparisons.py declares them: baselines (baselines.smk), segmentation (the same
model within manual masks, baselines.smk), scenarios (scenarios.smk), harmonisation
(harmonisation.smk) and, where it is switched on, nested cross-validation. In the latter every
patient is predicted by a model that never saw them: selection, tuning and classifier are fitted
again without each outer fold. Femora are measured again in training patients alone, so that no
feature is dropped there for its ICC.

in:   results/predictions/study.csv, {comparison}.csv (with a column model)
out:  results/tables/comparison_{comparison}.csv (and _values)   AUC, difference, intervals, P
      results/predictions/nested.csv                             class of every patient, left out
      results/figures/figureS6_nested.pdf, .png
"""

# What a comparison's table shows beside the AUCs.
BESIDE_COMPARISON = {
    "scenarios": [
        "results/model/selection.json",
        *expand("results/scenarios/{scenario}.json", scenario=config["scenarios"]),
    ],
    "harmonisation": [
        "results/cohort/harmonised_sites.csv",
        "results/tables/harmonisation_sites_values.csv",
    ],
}


wildcard_constraints:
    comparison="[a-z]+",


rule compare_models:
    """AUC of other models beside the study's own, and their difference by a paired test."""
    input:
        reference="results/predictions/study.csv",
        models="results/predictions/{comparison}.csv",
        beside=lambda wildcards: BESIDE_COMPARISON.get(wildcards.comparison, []),
        code=code_of("compare_models"),
    output:
        table="results/tables/comparison_{comparison}.csv",
        values="results/tables/comparison_{comparison}_values.csv",
    log:
        "results/logs/compare_models/{comparison}.log",
    conda:
        "../../envs/tables.yaml"
    params:
        seed=config["seed"],
        intervals=INTERVALS,
    script:
        "../scripts/compare_models.py"


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
        folds=EVALUATION["nested_folds"],
        classes=CLASSES,
        fitting={
            "seed": config["seed"],
            "selection": {**SELECTION, "reliability": {"min_icc": 0}},
            "classifier": CLASSIFIER,
        },
    script:
        "../scripts/cross_validate.py"


rule draw_nested:
    """Figure S6: AUC of the single split beside that of the nested cross-validation."""
    input:
        values="results/tables/comparison_nested_values.csv",
        code=code_of("draw_nested"),
    output:
        "results/figures/figureS6_nested.pdf",
        "results/figures/figureS6_nested.png",
    log:
        "results/logs/draw_nested.log",
    conda:
        "../../envs/tables.yaml"
    params:
        confidence=EVALUATION["confidence"],
        method=EVALUATION["interval"]["auc"],
        synthetic=SYNTHETIC,
    script:
        "../scripts/draw_nested.py"
