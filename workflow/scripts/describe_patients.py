from osteoct.cohort.baseline import patients_table
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
study = read_table(snakemake.input.study)
printed, values = patients_table(study, **snakemake.params)
write_csv(printed, snakemake.output.table)
write_csv(values, snakemake.output["values"])
