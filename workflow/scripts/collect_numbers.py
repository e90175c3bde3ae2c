from osteoct.job import log_to
from osteoct.report.quoted import quoted_numbers
from osteoct.results import write_json
from osteoct.tables import read_table

log_to(snakemake.log[0])
tables = [
    read_table(snakemake.input[name]) for name in ("cohort", "performance", "comparison", "overlap")
]
write_json(quoted_numbers(*tables), snakemake.output[0])
