from osteoct.features.dictionary import feature_dictionary
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
names = read_table(snakemake.input.features, nrows=0).columns.drop("patient")
table = read_table(snakemake.input.table)
write_csv(feature_dictionary(names, table), snakemake.output[0])
