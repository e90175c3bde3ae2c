import pandas as pd

from osteoct.evaluation.coverage_table import tabulate_coverage
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
coverage = pd.read_csv(snakemake.input.coverage)
write_csv(coverage, snakemake.output["values"])
write_csv(tabulate_coverage(coverage, **snakemake.params), snakemake.output.table)
