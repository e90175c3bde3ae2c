import pandas as pd

from osteoct.job import log_to
from osteoct.report.quoted import quoted_numbers
from osteoct.results import write_json

log_to(snakemake.log[0])
tables = [
    pd.read_csv(snakemake.input[name], dtype={"patient": str})
    for name in ("cohort", "performance", "comparison", "overlap")
]
write_json(quoted_numbers(*tables), snakemake.output[0])
