import pandas as pd

from osteoct.classification.classified import read_classified
from osteoct.evaluation.comparators import classify_simply, compare, predictors, tabulate_comparison
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
settings, confidence = snakemake.params.settings, snakemake.params.confidence
classified = read_classified(snakemake.input.predictions)
cohort = pd.read_csv(snakemake.input.cohort, dtype={"patient": str})
features = pd.read_csv(snakemake.input.features, dtype={"patient": str})
known = predictors(cohort, features, mean_hu_feature=settings["mean_hu_feature"])
simple = classify_simply(classified, known, inverse_penalty=settings["inverse_penalty"])
comparison = compare(classified, simple, confidence=confidence)
write_csv(simple, snakemake.output.predictions)
write_csv(comparison, snakemake.output["values"])
write_csv(tabulate_comparison(comparison, confidence=confidence), snakemake.output.table)
