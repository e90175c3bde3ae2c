"""Stage 6, continued: the study again with other choices, one at a time.

in:   configuration, sensitivity: arms; results/cohort/, the CTs and outlines, results/model/
out:  results/sensitivity/{arm}/{batch}.csv          features, where an arm measures others
      results/sensitivity/{arm}.csv, .json           classes of the test patients, selected features
      results/tables/sensitivity.csv (and _values)   every arm beside the main analysis
"""


wildcard_constraints:
    arm="|".join(ARMS) or "no_arm",


rule measure_arm:
    """Measure the features of an arm in the training and test patients of a batch."""
    input:
        scans_of,
        femurs="results/batches/{batch}/femurs.csv",
        cohort="results/cohort/study.csv",
        code=code_of("measure_arm"),
    output:
        "results/sensitivity/{arm}/{batch}.csv",
    log:
        "results/logs/measure_arm/{arm}/{batch}.log",
    conda:
        "../../envs/radiomics.yaml"
    resources:
        mem_mb=more_each_try(2000),
        runtime=minutes_each(2),
    params:
        measured=lambda wildcards: {
            **ARMS[wildcards.arm]["features"],
            "side": config["femur"]["side"],
        },
    script:
        "../scripts/measure_arm.py"


rule fit_arm:
    """Select and fit on the training patients as an arm says, and classify the test patients."""
    input:
        features=features_of_arm,
        cohort="results/cohort/study.csv",
        record="results/model/selection.json",
        repeats=lambda wildcards: repeats_for(selection_of_arm(wildcards)),
        code=code_of("fit_arm"),
    output:
        predictions="results/sensitivity/{arm}.csv",
        record="results/sensitivity/{arm}.json",
    log:
        "results/logs/fit_arm/{arm}.log",
    conda:
        "../../envs/learning.yaml"
    resources:
        mem_mb=more_each_try(3000),
        runtime=more_each_try(60),
    params:
        seed=config["seed"],
        selection=selection_of_arm,
        classifier=CLASSIFIER,
    script:
        "../scripts/fit_arm.py"


rule tabulate_arms:
    """How much the areas change when one choice of the study is another."""
    input:
        predictions="results/predictions/study.csv",
        record="results/model/selection.json",
        arms=expand("results/sensitivity/{arm}.csv", arm=ARMS),
        found=expand("results/sensitivity/{arm}.json", arm=ARMS),
        code=code_of("tabulate_arms"),
    output:
        table="results/tables/sensitivity.csv",
        values="results/tables/sensitivity_values.csv",
    log:
        "results/logs/tabulate_arms.log",
    conda:
        "../../envs/tables.yaml"
    params:
        seed=config["seed"],
        intervals=INTERVALS,
        about=[arm["about"] for arm in config["sensitivity"]["arms"].values()],
    script:
        "../scripts/tabulate_arms.py"
