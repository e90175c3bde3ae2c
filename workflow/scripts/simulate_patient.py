from hipphantom import simulate
from osteoct.cohort.phantom_files import write_phantom
from osteoct.job import log_to

log_to(snakemake.log[0])
phantom = simulate(snakemake.wildcards.patient, **snakemake.params)
write_phantom(phantom, snakemake.output)
