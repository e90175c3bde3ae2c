"""Stage 5: from 1,184 features to 15, and from those to a class for every patient.

Scaling, selection and tuning use the training patients alone.

in:   results/cohort/features.csv, study.csv (and new_features.csv, new.csv)
out:  results/model/classifier.skops            selection and classifier, one pipeline
      results/model/selection.json              what each step kept, and the tuning
      results/model/training.csv                selected features of the training patients
      results/predictions/study.csv, new.csv    class and probabilities of every patient
      results/tables/figure3_selection_values.csv   how often resamples select each feature
      results/figures/figure3_selection.pdf, .png
"""

SELECTION = dict(config["selection"])
if not HAS_IMAGES:
    SELECTION["missing"] = {
        "max_missing_fraction": FEATURE_TABLE["max_missing_fraction"]
    }


rule fit_classifier:
    """Select 15 features and fit the classifier on the training patients."""
    input:
        features="results/cohort/features.csv",
        cohort="results/cohort/study.csv",
        repeats=repeats_for(config["selection"]),
        code=code_of("fit_classifier"),
    output:
        model="results/model/classifier.skops",
        record="results/model/selection.json",
    log:
        "results/logs/fit_classifier.log",
    conda:
        "../../envs/learning.yaml"
    threads: 6
    resources:
        mem_mb=more_each_try(3000),
        runtime=more_each_try(60),
    params:
        classes=CLASSES,
        fitting={
            "seed": config["seed"],
            "selection": SELECTION,
            "classifier": CLASSIFIER,
        },
    script:
        "../scripts/fit_classifier.py"


rule list_training:
    """The training patients' diagnoses and selected features, shown beside each patient on the pages."""
    input:
        features="results/cohort/features.csv",
        cohort="results/cohort/study.csv",
        selection="results/model/selection.json",
        code=code_of("list_training"),
    output:
        "results/model/training.csv",
    log:
        "results/logs/list_training.log",
    conda:
        "../../envs/tables.yaml"
    script:
        "../scripts/list_training.py"


rule predict_patients:
    """Class and probabilities of every patient of a group who has features."""
    input:
        model="results/model/classifier.skops",
        features=lambda wildcards: "results/cohort/"
        + ("new_features.csv" if wildcards.group == "new" else "features.csv"),
        cohort="results/cohort/{group}.csv",
        code=code_of("predict_patients"),
    output:
        "results/predictions/{group}.csv",
    log:
        "results/logs/predict_patients/{group}.log",
    conda:
        "../../envs/learning.yaml"
    params:
        classes=CLASSES,
    script:
        "../scripts/predict_patients.py"


rule resample_selection:
    """How often each feature is selected on bootstrap resamples of the training patients."""
    input:
        features="results/cohort/features.csv",
        cohort="results/cohort/study.csv",
        record="results/model/selection.json",
        repeats=repeats_for(config["selection"]),
        code=code_of("resample_selection"),
    output:
        "results/tables/figure3_selection_values.csv",
    log:
        "results/logs/resample_selection.log",
    conda:
        "../../envs/learning.yaml"
    threads: 6
    resources:
        mem_mb=more_each_try(3000),
        runtime=more_each_try(60),
    params:
        seed=config["seed"],
        classes=CLASSES,
        selection=SELECTION,
        settings=config["evaluation"]["selection_stability"],
        confidence=config["evaluation"]["confidence"],
    script:
        "../scripts/resample_selection.py"


rule draw_selection:
    """Figure 3: the LASSO's path, its cross-validation, and the features it selected."""
    input:
        record="results/model/selection.json",
        stability="results/tables/figure3_selection_values.csv",
        dictionary=DICTIONARY,
        code=code_of("draw_selection"),
    output:
        "results/figures/figure3_selection.pdf",
        "results/figures/figure3_selection.png",
    log:
        "results/logs/draw_selection.log",
    conda:
        "../../envs/report.yaml"
    params:
        classes=CLASSES,
        synthetic=SYNTHETIC,
    script:
        "../scripts/draw_selection.py"
