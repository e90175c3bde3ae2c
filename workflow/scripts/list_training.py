from osteoct.features.table import training_reference
from osteoct.job import log_to
from osteoct.results import read_json, write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
files = snakemake.input
names = read_json(files.selection)["lasso"]
cohort = read_table(files.cohort)
features = read_table(files.features, usecols=["patient", *names])
write_csv(training_reference(features, cohort, names), snakemake.output[0])
