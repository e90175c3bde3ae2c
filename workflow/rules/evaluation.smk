"""Stage 6: performance with its intervals, and the audit of the paper's printed intervals.

Validation patients choose the cut-offs, test patients nothing.

in:   results/predictions/study.csv, results/cohort/study.csv
out:  results/model/thresholds.json                     cut-offs frozen on validation
      results/tables/table3_performance.csv             estimates with intervals, and footnotes
      results/tables/table3_performance_values.csv      with counts, and every interval
      results/tables/tableS2_subgroups.csv (and _values) by sex, age, dose and site
      results/tables/tableS3_coverage.csv (and _values) how often each interval holds the truth
      results/tables/claims_audit.csv (and _values.csv) what the paper's printed numbers imply
      results/figures/figure4_confusion.pdf, .png, figure5_roc.pdf, .png
      results/numbers.json                              every number that a text quotes
"""

EVALUATION = config["evaluation"]
INTERVALS = {
    "confidence": EVALUATION["confidence"],
    "resamples": EVALUATION["bootstrap_resamples"],
    **EVALUATION["interval"],
}
AUDIT = {key: value for key, value in EVALUATION["claims"].items() if key != "table"}
EDGES = ("osteopenia_below", "osteoporosis_at_or_below")
DENSITY = config["phantom"]["density"]
# The reference's precision error in T-scores: the generator's own, or that of your QCT.
PRECISION = (
    {
        region: precision / DENSITY["reference"][region][1]
        for region, precision in DENSITY["precision_g_cm2"].items()
    }
    if SYNTHETIC
    else EVALUATION["precision_t_scores"]
)


rule choose_thresholds:
    """One cut-off for each class, by Youden's index on the validation patients."""
    input:
        predictions="results/predictions/study.csv",
        code=code_of("choose_thresholds"),
    output:
        "results/model/thresholds.json",
    log:
        "results/logs/choose_thresholds.log",
    conda:
        "../../envs/tables.yaml"
    script:
        "../scripts/choose_thresholds.py"


rule tabulate_performance:
    """Table 3: AUC, sensitivity and the like for each class, every one with its interval."""
    input:
        predictions="results/predictions/study.csv",
        cohort="results/cohort/study.csv",
        thresholds="results/model/thresholds.json",
        code=code_of("tabulate_performance"),
    output:
        table="results/tables/table3_performance.csv",
        values="results/tables/table3_performance_values.csv",
    log:
        "results/logs/tabulate_performance.log",
    conda:
        "../../envs/tables.yaml"
    params:
        seed=config["seed"],
        intervals=INTERVALS,
        reference={
            "precision_t_scores": PRECISION,
            "edges": {key: config["diagnosis"][key] for key in EDGES},
        },
    script:
        "../scripts/tabulate_performance.py"


rule tabulate_subgroups:
    """Table S2: the test patients by sex, age, dose and site."""
    input:
        predictions="results/predictions/study.csv",
        cohort="results/cohort/study.csv",
        code=code_of("tabulate_subgroups"),
    output:
        table="results/tables/tableS2_subgroups.csv",
        values="results/tables/tableS2_subgroups_values.csv",
    log:
        "results/logs/tabulate_subgroups.log",
    conda:
        "../../envs/tables.yaml"
    params:
        bands={
            key: EVALUATION["subgroups"][key]
            for key in ("age_bands", "dose_bands_mgy_cm")
        },
        min_patients=EVALUATION["subgroups"]["min_patients"],
        seed=config["seed"],
        intervals=INTERVALS,
    script:
        "../scripts/tabulate_subgroups.py"


rule tabulate_coverage:
    """Table S3: coverage of every kind of interval at cohort sizes like these."""
    input:
        coverage=f"{ROOT}/resources/intervals/coverage.csv",
        code=code_of("tabulate_coverage"),
    output:
        table="results/tables/tableS3_coverage.csv",
        values="results/tables/tableS3_coverage_values.csv",
    log:
        "results/logs/tabulate_coverage.log",
    conda:
        "../../envs/tables.yaml"
    params:
        **EVALUATION["interval"],
    script:
        "../scripts/tabulate_coverage.py"


rule draw_confusion:
    """Figure 4: true against predicted class, validation and test."""
    input:
        predictions="results/predictions/study.csv",
        values="results/tables/table3_performance_values.csv",
        code=code_of("draw_confusion"),
    output:
        "results/figures/figure4_confusion.pdf",
        "results/figures/figure4_confusion.png",
    log:
        "results/logs/draw_confusion.log",
    conda:
        "../../envs/tables.yaml"
    params:
        reading={
            "confidence": EVALUATION["confidence"],
            "truth": "QCT diagnosis" if HAS_IMAGES else FEATURE_TABLE["label"],
        },
        synthetic=SYNTHETIC,
    script:
        "../scripts/draw_confusion.py"


rule draw_roc:
    """Figure 5: ROC curve of each class, validation and test, beside mean HU alone."""
    input:
        predictions="results/predictions/study.csv",
        values="results/tables/table3_performance_values.csv",
        baselines="results/predictions/baselines.csv" if HAS_IMAGES else [],
        code=code_of("draw_roc"),
    output:
        "results/figures/figure5_roc.pdf",
        "results/figures/figure5_roc.png",
    log:
        "results/logs/draw_roc.log",
    conda:
        "../../envs/tables.yaml"
    params:
        confidence=EVALUATION["confidence"],
        synthetic=SYNTHETIC,
    script:
        "../scripts/draw_roc.py"


rule audit_claims:
    """Rebuild the paper's printed intervals from the counts they imply, by every method."""
    input:
        claims=own_or_shipped(EVALUATION["claims"]["table"]),
        code=code_of("audit_claims"),
    output:
        table="results/tables/claims_audit.csv",
        values="results/tables/claims_audit_values.csv",
    log:
        "results/logs/audit_claims.log",
    conda:
        "../../envs/tables.yaml"
    params:
        **AUDIT,
    script:
        "../scripts/audit_claims.py"


rule collect_numbers:
    """Every number that a text about the study quotes, in one file."""
    input:
        cohort="results/cohort/study.csv",
        performance="results/tables/table3_performance_values.csv",
        comparison="results/tables/comparison_baselines_values.csv",
        overlap="results/tables/table2_segmentation_values.csv",
        code=code_of("collect_numbers"),
    output:
        "results/numbers.json",
    log:
        "results/logs/collect_numbers.log",
    conda:
        "../../envs/tables.yaml"
    script:
        "../scripts/collect_numbers.py"
