from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.comparison import compare
from osteoct.evaluation.comparison_table import tabulate_comparison
from osteoct.evaluation.comparisons import COMPARISONS
from osteoct.evaluation.methods import Intervals
from osteoct.job import log_to
from osteoct.results import read_json, write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
comparison = COMPARISONS[snakemake.wildcards.comparison]
compared = read_predictions(files.reference), read_table(files.models)
beside = [read_json(path) if path.endswith(".json") else read_table(path) for path in files.beside]
intervals = Intervals.seeded(params.seed, comparison.purpose, **params.intervals)
values = compare(comparison, *compared, intervals, beside=beside)
notes = comparison.notes(*compared, beside) if comparison.notes else []
write_csv(values, snakemake.output["values"])
table = tabulate_comparison(comparison, values, intervals, notes=notes)
write_csv(table, snakemake.output.table)
