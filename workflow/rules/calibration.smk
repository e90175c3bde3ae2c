"""Stage 6, continued: calibration of the probabilities, and decision curves.

The temperature is fitted on validation patients; test patients change nothing.

in:   results/predictions/study.csv, baselines.csv
out:  results/model/temperature.json                    frozen on validation
      results/tables/calibration.csv (and _values.csv)  slope, intercept, Brier score
      results/tables/decision_curves_values.csv         net benefit by threshold
      results/figures/figureS2_calibration.pdf, .png, figureS3_decision_curves.pdf, .png
"""


rule fit_temperature:
    """Fit the temperature that softens or sharpens the probabilities, on the validation patients."""
    input:
        predictions="results/predictions/study.csv",
        code=code_of("fit_temperature"),
    output:
        "results/model/temperature.json",
    log:
        "results/logs/fit_temperature.log",
    conda:
        "../../envs/tables.yaml"
    script:
        "../scripts/fit_temperature.py"


rule assess_calibration:
    """Calibration of every class, before and after temperature scaling."""
    input:
        predictions="results/predictions/study.csv",
        temperature="results/model/temperature.json",
        code=code_of("assess_calibration"),
    output:
        table="results/tables/calibration.csv",
        values="results/tables/calibration_values.csv",
    log:
        "results/logs/assess_calibration.log",
    conda:
        "../../envs/tables.yaml"
    params:
        seed=config["seed"],
        intervals=INTERVALS,
    script:
        "../scripts/assess_calibration.py"


rule draw_calibration:
    """Figure S2: observed against predicted fractions, by class."""
    input:
        predictions="results/predictions/study.csv",
        temperature="results/model/temperature.json",
        code=code_of("draw_calibration"),
    output:
        "results/figures/figureS2_calibration.pdf",
        "results/figures/figureS2_calibration.png",
    log:
        "results/logs/draw_calibration.log",
    conda:
        "../../envs/tables.yaml"
    params:
        seed=config["seed"],
        intervals=INTERVALS,
        synthetic=SYNTHETIC,
    script:
        "../scripts/draw_calibration.py"


rule weigh_decisions:
    """Decision curve analysis: net benefit of referral by radiomics, simpler models, all or none."""
    input:
        predictions="results/predictions/study.csv",
        others="results/predictions/baselines.csv",
        code=code_of("weigh_decisions"),
    output:
        "results/tables/decision_curves_values.csv",
    log:
        "results/logs/weigh_decisions.log",
    conda:
        "../../envs/tables.yaml"
    params:
        seed=config["seed"],
        intervals=INTERVALS,
        beside=["mean HU", "age and sex"],
        thresholds=config["evaluation"]["decision_thresholds"],
    script:
        "../scripts/weigh_decisions.py"


rule draw_decisions:
    """Figure S3: decision curves."""
    input:
        curves="results/tables/decision_curves_values.csv",
        code=code_of("draw_decisions"),
    output:
        "results/figures/figureS3_decision_curves.pdf",
        "results/figures/figureS3_decision_curves.png",
    log:
        "results/logs/draw_decisions.log",
    conda:
        "../../envs/tables.yaml"
    params:
        confidence=config["evaluation"]["confidence"],
        synthetic=SYNTHETIC,
    script:
        "../scripts/draw_decisions.py"
