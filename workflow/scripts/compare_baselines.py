from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.baselines import compare
from osteoct.evaluation.comparison_table import tabulate_comparison
from osteoct.evaluation.methods import Intervals
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
predictions = read_predictions(snakemake.input.predictions)
others = read_table(snakemake.input.others)
intervals = Intervals.seeded(snakemake.params.seed, "comparators", **snakemake.params.intervals)
comparison = compare(predictions, others, intervals)
write_csv(comparison, snakemake.output["values"])
write_csv(tabulate_comparison(comparison, intervals), snakemake.output.table)
