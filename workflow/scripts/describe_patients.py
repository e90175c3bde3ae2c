import pandas as pd

from osteoct.cohort.baseline import patients_table
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
study = pd.read_csv(snakemake.input.study, dtype={"patient": str})
printed, values = patients_table(study, **snakemake.params)
write_csv(printed, snakemake.output.table)
write_csv(values, snakemake.output["values"])
