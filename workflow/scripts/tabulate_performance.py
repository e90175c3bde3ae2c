import pandas as pd

from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.ceiling import ceiling_rows
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.performance import evaluate
from osteoct.evaluation.performance_table import tabulate
from osteoct.job import log_to
from osteoct.results import read_json, write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
predictions = read_predictions(snakemake.input.predictions)
cohort = read_table(snakemake.input.cohort)
thresholds = read_json(snakemake.input.thresholds)
intervals = Intervals.seeded(snakemake.params.seed, "performance", **snakemake.params.intervals)
ceiling = ceiling_rows(cohort, predictions, **snakemake.params.reference)
values = pd.concat([evaluate(predictions, thresholds, intervals), ceiling], ignore_index=True)
write_csv(values, snakemake.output["values"])
write_csv(tabulate(values, cohort, predictions, intervals), snakemake.output.table)
