from osteoct.job import log_to
from osteoct.phantom.files import write_phantom
from osteoct.phantom.patient import simulate

log_to(snakemake.log[0])
phantom = simulate(snakemake.wildcards.patient, **snakemake.params)
write_phantom(phantom, snakemake.output)
