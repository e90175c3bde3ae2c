from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.scenario_table import compare_arms, tabulate_arms
from osteoct.job import log_to
from osteoct.results import read_json, write_csv

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
record, *found = [read_json(p) for p in [files.record, *files.found]]
arms = list(zip(params.about, map(read_predictions, files.arms), found, strict=True))
intervals = Intervals.seeded(params.seed, "sensitivity", **params.intervals)
table = compare_arms(read_predictions(files.predictions), arms, record, intervals)
write_csv(table, snakemake.output["values"])
write_csv(tabulate_arms(table, intervals), snakemake.output.table)
