from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.segmentation.table import list_cases, of_cohorts, tabulate, tabulate_values
from osteoct.tables import read_text_table

log_to(snakemake.log[0])
cohort = read_text_table(snakemake.input.cohort)
overlap = of_cohorts(snakemake.input.overlap, cohort)
side = snakemake.params.side
table = tabulate(overlap, side=side, source=snakemake.params.source)
write_csv(table, snakemake.output.table)
write_csv(tabulate_values(overlap, side=side), snakemake.output.values)
write_csv(list_cases(overlap), snakemake.output.cases)
