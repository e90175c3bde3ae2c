"""Stage 6, continued: what other models reach on the same patients, and the model on other outlines.

in:   results/cohort/study.csv, features.csv, results/predictions/study.csv
out:  results/predictions/comparators.csv               class and probabilities by each model
      results/tables/comparators.csv (and _values.csv)  radiomics against them
      results/tables/outline_effect.csv (and _values)   the model on automatic and on reader's outlines
      results/predictions/outlines.csv                  both answers for every test patient
      results/tables/tableS4_density.csv (and _values)  CT number and T-score, beside published relations
      results/figures/figureS5_density.pdf, .png
"""


rule fit_comparators:
    """Models of mean HU, neck HU, age and sex, fitted on the training patients."""
    input:
        predictions="results/predictions/study.csv",
        cohort="results/cohort/study.csv",
        features="results/cohort/features.csv",
        necks=expand("results/batches/{batch}/neck.csv", batch=STUDY_BATCHES),
        selection="results/model/selection.json",
        code=code_of("fit_comparators"),
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
            "classifier": CLASSIFIER,
            "seed": config["seed"],
        },
    script:
        "../scripts/fit_comparators.py"


rule compare_baselines:
    """What mean HU, neck HU, age and sex reach, and whether radiomics is ahead of them."""
    input:
        predictions="results/predictions/study.csv",
        others="results/predictions/comparators.csv",
        code=code_of("compare_baselines"),
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


rule compare_outlines:
    """How the automatic outline moves the class: the same model on the reader's outline."""
    input:
        model="results/model/classifier.skops",
        features="results/cohort/reader_features.csv",
        cohort="results/cohort/study.csv",
        predictions="results/predictions/study.csv",
        code=code_of("compare_outlines"),
    output:
        table="results/tables/outline_effect.csv",
        values="results/tables/outline_effect_values.csv",
        pairs="results/predictions/outlines.csv",
    log:
        "results/logs/compare_outlines.log",
    conda:
        "../../envs/learning.yaml"
    params:
        seed=config["seed"],
        intervals=INTERVALS,
    script:
        "../scripts/compare_outlines.py"


rule relate_density:
    """Table S4 and Figure S5: how the CT number of the bone goes with the T-score."""
    input:
        cohort="results/cohort/study.csv",
        features="results/cohort/features.csv",
        necks=expand("results/batches/{batch}/neck.csv", batch=STUDY_BATCHES),
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
        mean_hu_feature=EVALUATION["comparators"]["mean_hu_feature"],
        reading={
            "at_t_score": config["diagnosis"]["osteoporosis_at_or_below"],
            "confidence": EVALUATION["confidence"],
        },
        synthetic=SYNTHETIC,
    script:
        "../scripts/relate_density.py"
