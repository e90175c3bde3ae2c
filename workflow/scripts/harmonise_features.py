from osteoct.evaluation.harmonisation import harmonise, site_effect
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
files, written = snakemake.input, snakemake.output
features, cohort = (read_table(path) for path in (files.features, files.cohort))
harmonised, sites = harmonise(features, cohort, **snakemake.params)
write_csv(harmonised, written.features)
write_csv(sites, written.sites)
write_csv(site_effect(features, read_table(written.features), sites), written["values"])
