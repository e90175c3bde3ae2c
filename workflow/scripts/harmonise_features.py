import pandas as pd

from osteoct.evaluation.harmonisation import harmonise
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
features, cohort = (
    pd.read_csv(path, dtype={"patient": str, "site": str})
    for path in (snakemake.input.features, snakemake.input.cohort)
)
harmonised, sites = harmonise(features, cohort, **snakemake.params)
write_csv(harmonised, snakemake.output.features)
write_csv(sites, snakemake.output.sites)
