from osteoct.evaluation.harmonisation import harmonise
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
features, cohort = (read_table(path) for path in (snakemake.input.features, snakemake.input.cohort))
harmonised, sites = harmonise(features, cohort, **snakemake.params)
write_csv(harmonised, snakemake.output.features)
write_csv(sites, snakemake.output.sites)
