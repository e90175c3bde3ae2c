"""Stage 6, continued: the study again with other choices, one at a time (configuration, scenarios).

in:   results/cohort/, the CTs and masks, results/model/selection.json
out:  results/scenarios/{scenario}/{batch}.csv     features, where a scenario measures others
      results/scenarios/{scenario}.csv, .json      classes of the test patients, selected features
      results/predictions/scenarios.csv            all scenarios, one below the other
"""


include: "scenario_settings.smk"


wildcard_constraints:
    scenario="|".join(SCENARIOS) or "no_scenario",


rule measure_scenario:
    """Measure the features of a scenario in the training and test patients of a batch."""
    input:
        scans_of,
        femurs="results/batches/{batch}/femurs.csv",
        cohort="results/cohort/study.csv",
        code=code_of("measure_scenario"),
    output:
        "results/scenarios/{scenario}/{batch}.csv",
    log:
        "results/logs/measure_scenario/{scenario}/{batch}.log",
    conda:
        "../../envs/radiomics.yaml"
    resources:
        mem_mb=more_each_try(2000),
        runtime=minutes_each(2),
    params:
        measured=lambda wildcards: {
            "features": SCENARIOS[wildcards.scenario]["features"],
            "side": config["femur"]["side"],
        },
    script:
        "../scripts/measure_scenario.py"


rule fit_scenario:
    """Select and fit on the training patients with a scenario's settings, predict the test patients."""
    input:
        features=features_of_scenario,
        cohort="results/cohort/study.csv",
        record="results/model/selection.json",
        repeats=lambda wildcards: repeats_for(selection_of_scenario(wildcards)),
        code=code_of("fit_scenario"),
    output:
        predictions="results/scenarios/{scenario}.csv",
        record="results/scenarios/{scenario}.json",
    log:
        "results/logs/fit_scenario/{scenario}.log",
    conda:
        "../../envs/learning.yaml"
    resources:
        mem_mb=more_each_try(3000),
        runtime=more_each_try(60),
    params:
        about=lambda wildcards: config["scenarios"][wildcards.scenario]["about"],
        seed=config["seed"],
        selection=selection_of_scenario,
        classifier=CLASSIFIER,
    script:
        "../scripts/fit_scenario.py"


rule gather_scenarios:
    """The predictions of all scenarios in one table, for their comparison."""
    input:
        scenarios=expand("results/scenarios/{scenario}.csv", scenario=SCENARIOS),
        code=code_of("gather_scenarios"),
    output:
        "results/predictions/scenarios.csv",
    log:
        "results/logs/gather_scenarios.log",
    conda:
        "../../envs/tables.yaml"
    script:
        "../scripts/gather_scenarios.py"
