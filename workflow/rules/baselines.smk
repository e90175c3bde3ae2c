"""Stage 6, continued: what simpler models predict, and the study's model within manual masks.

in:   results/cohort/study.csv, features.csv, manual_features.csv, results/predictions/study.csv
out:  results/predictions/baselines.csv                 class and probabilities by each baseline
      results/predictions/segmentation.csv              test patients, features within manual masks
      results/tables/tableS4_density.csv (and _values)  CT number and T-score, beside published ones
      results/figures/figureS5_density.pdf, .png
"""


rule fit_baselines:
    """Models of mean HU, neck HU, age and sex, fitted on the training patients."""
    input:
        predictions="results/predictions/study.csv",
        cohort="results/cohort/study.csv",
        features="results/cohort/features.csv",
        necks=batch_tables("neck", STUDY_BATCHES),
        selection="results/model/selection.json",
        code=code_of("fit_baselines"),
    output:
        "results/predictions/baselines.csv",
    log:
        "results/logs/fit_baselines.log",
    conda:
        "../../envs/tables.yaml"
    params:
        mean_hu_feature=EVALUATION["mean_hu_feature"],
        models={
            "classifier": CLASSIFIER,
            "seed": config["seed"],
        },
    script:
        "../scripts/fit_baselines.py"


use rule predict_patients as predict_manual with:
    """Class and probabilities of the test patients, from the features within the manual mask."""
    input:
        model="results/model/classifier.skops",
        features="results/cohort/manual_features.csv",
        cohort="results/cohort/study.csv",
        code=rules.predict_patients.input.code,
    output:
        "results/predictions/segmentation.csv",
    log:
        "results/logs/predict_manual.log",
    params:
        classes=CLASSES,
        name="manual",


rule relate_density:
    """Table S4 and Figure S5: regression and correlation of the CT number with the T-score."""
    input:
        cohort="results/cohort/study.csv",
        features="results/cohort/features.csv",
        necks=batch_tables("neck", STUDY_BATCHES),
        published=f"{ROOT}/resources/claims/density.csv",
        code=code_of("relate_density"),
    output:
        table="results/tables/tableS4_density.csv",
        values="results/tables/tableS4_density_values.csv",
        pdf="results/figures/figureS5_density.pdf",
        png="results/figures/figureS5_density.png",
    log:
        "results/logs/relate_density.log",
    conda:
        "../../envs/tables.yaml"
    params:
        mean_hu_feature=EVALUATION["mean_hu_feature"],
        reading={
            "at_t_score": config["diagnosis"]["osteoporosis_at_or_below"],
            "confidence": EVALUATION["confidence"],
        },
        synthetic=SYNTHETIC,
    script:
        "../scripts/relate_density.py"
