from osteoct.cohort.phantom_files import gather_participants, gather_qct
from osteoct.job import log_to

log_to(snakemake.log[0])
gather_participants(snakemake.input.participants, snakemake.output.participants)
gather_qct(snakemake.input.qct, snakemake.output.qct)
