from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.robustness.measurement import choose_femora, measure_repeatedly
from osteoct.tables import read_table

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
features = read_table(files.features, usecols=["patient"])
cohort = read_table(files.cohort)
sample = {"split": snakemake.wildcards.split, "patients": params.patients, "seed": params.seed}
femora = choose_femora(features, cohort, **sample)
how = {"seed": params.seed, "changes": params.changes, "measured": params.measured}
write_csv(measure_repeatedly(femora, **how, code=files.code), snakemake.output[0])
