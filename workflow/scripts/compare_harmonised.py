from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.baselines import compare
from osteoct.evaluation.harmonisation_table import HARMONISED, site_effect, tabulate_harmonisation
from osteoct.evaluation.methods import Intervals
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
paths = (files.features, files.harmonised_features, files.sites)
*tables, sites = (read_table(path) for path in paths)
harmonised = read_predictions(files.harmonised).assign(model=HARMONISED)
intervals = Intervals.seeded(params.seed, "harmonisation", **params.intervals)
comparison = compare(read_predictions(files.predictions), harmonised, intervals)
shares = site_effect(*tables, sites)
write_csv(comparison, snakemake.output["values"])
write_csv(shares, snakemake.output.shares)
write_csv(tabulate_harmonisation(comparison, shares, sites, intervals), snakemake.output.table)
