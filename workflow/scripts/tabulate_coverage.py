from osteoct.evaluation.coverage_table import tabulate_coverage
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
coverage = read_table(snakemake.input.coverage)
write_csv(coverage, snakemake.output["values"])
write_csv(tabulate_coverage(coverage, **snakemake.params), snakemake.output.table)
