"""Stage 6, where `evaluation: harmonisation` switches it on: the features of all sites on one scale.

The study's own numbers stay those of the features as measured; this stands beside them.

in:   results/cohort/features.csv, study.csv (with a column site)
out:  results/cohort/harmonised_features.csv, harmonised_sites.csv   whose features were changed
      results/tables/harmonisation_sites_values.csv                  variance between sites
      results/model/harmonised.skops, harmonised_selection.json      the model of these features
      results/predictions/harmonisation.csv
"""


rule harmonise_features:
    """Bring the features of all training sites to one scale, by ComBat fitted on training patients."""
    input:
        features="results/cohort/features.csv",
        cohort="results/cohort/study.csv",
        code=code_of("harmonise_features"),
    output:
        features="results/cohort/harmonised_features.csv",
        sites="results/cohort/harmonised_sites.csv",
        values="results/tables/harmonisation_sites_values.csv",
    log:
        "results/logs/harmonise_features.log",
    conda:
        "../../envs/harmonisation.yaml"
    params:
        min_patients=EVALUATION["harmonisation"]["min_patients"],
    script:
        "../scripts/harmonise_features.py"


use rule fit_classifier as fit_harmonised with:
    """Select 15 features and fit the classifier again, on the harmonised features."""
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
    """Class and probabilities of every patient, from the harmonised features."""
    input:
        model="results/model/harmonised.skops",
        features="results/cohort/harmonised_features.csv",
        cohort="results/cohort/study.csv",
        code=rules.predict_patients.input.code,
    output:
        "results/predictions/harmonisation.csv",
    log:
        "results/logs/predict_harmonised.log",
    params:
        classes=CLASSES,
        name="radiomics, harmonised",
