from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.subgroups import evaluate_subgroups, subgroups, tabulate_subgroups
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
params = snakemake.params
cohort = read_table(snakemake.input.cohort)
groups = subgroups(cohort, **params.bands)
intervals = Intervals.seeded(params.seed, "subgroups", **params.intervals)
values = evaluate_subgroups(read_predictions(snakemake.input.predictions), groups, intervals)
write_csv(values, snakemake.output["values"])
table = tabulate_subgroups(values, intervals, min_patients=params.min_patients)
write_csv(table, snakemake.output.table)
