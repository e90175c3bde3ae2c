import pandas as pd

from osteoct.features.table import gather
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
batches = [pd.read_csv(path, dtype={"patient": str}) for path in snakemake.input.batches]
write_csv(gather(batches), snakemake.output[0])
