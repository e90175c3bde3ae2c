import pandas as pd

from osteoct.classification.predictions import COLUMNS
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_tables

log_to(snakemake.log[0])
files = list(snakemake.input.scenarios)
write_csv(
    read_tables(files) if files else pd.DataFrame(columns=["model", *COLUMNS]), snakemake.output[0]
)
