from osteoct.features.table import write_gathered
from osteoct.job import log_to

log_to(snakemake.log[0])
write_gathered(snakemake.input.batches, snakemake.output[0])
