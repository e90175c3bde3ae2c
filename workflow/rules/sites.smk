"""Stage 6, an arm that `evaluation: harmonisation` switches on: the features of all sites on one scale.

The study's own numbers stay those of the features as measured; this stands beside them.

in:   results/cohort/features.csv, study.csv (with a column site), results/predictions/study.csv
out:  results/cohort/harmonised_features.csv, harmonised_sites.csv   whose features were changed
      results/model/harmonised.skops, harmonised_selection.json      the model of these features
      results/predictions/harmonised.csv
      results/tables/harmonisation.csv (and _values.csv)             both models, side by side
"""


rule harmonise_features:
    """Bring the features of all training sites to one scale, as the training patients teach it."""
    input:
        features="results/cohort/features.csv",
        cohort="results/cohort/study.csv",
        code=code_of("harmonise_features"),
    output:
        features="results/cohort/harmonised_features.csv",
        sites="results/cohort/harmonised_sites.csv",
    log:
        "results/logs/harmonise_features.log",
    conda:
        "../../envs/harmonisation.yaml"
    params:
        smallest=EVALUATION["harmonisation"]["smallest"],
    script:
        "../scripts/harmonise_features.py"


use rule fit_classifier as fit_harmonised with:
    input:
        features="results/cohort/harmonised_features.csv",
        cohort="results/cohort/study.csv",
        repeats=repeats_for(config["selection"]),
        code=rules.fit_classifier.input.code,
    output:
        model="results/model/harmonised.skops",
        record="results/model/harmonised_selection.json",
    log:
        "results/logs/fit_harmonised.log",


use rule predict_patients as predict_harmonised with:
    input:
        model="results/model/harmonised.skops",
        features="results/cohort/harmonised_features.csv",
        cohort="results/cohort/study.csv",
        code=rules.predict_patients.input.code,
    output:
        "results/predictions/harmonised.csv",
    log:
        "results/logs/predict_harmonised.log",


rule compare_harmonised:
    """What harmonisation does to the AUCs of the test patients."""
    input:
        predictions="results/predictions/study.csv",
        harmonised="results/predictions/harmonised.csv",
        features="results/cohort/features.csv",
        harmonised_features="results/cohort/harmonised_features.csv",
        sites="results/cohort/harmonised_sites.csv",
        code=code_of("compare_harmonised"),
    output:
        table="results/tables/harmonisation.csv",
        values="results/tables/harmonisation_values.csv",
        shares="results/tables/harmonisation_sites_values.csv",
    log:
        "results/logs/compare_harmonised.log",
    conda:
        "../../envs/tables.yaml"
    params:
        seed=config["seed"],
        intervals=INTERVALS,
    script:
        "../scripts/compare_harmonised.py"
