import pandas as pd

from osteoct.features.dictionary import feature_dictionary
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
names = pd.read_csv(snakemake.input.features, nrows=0).columns.drop("patient")
table = pd.read_csv(snakemake.input.table)
write_csv(feature_dictionary(names, table), snakemake.output[0])
