import pandas as pd

from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.robustness.measurement import choose_femora, measure_repeatedly

say = log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
features = pd.read_csv(files.features, usecols=["patient"], dtype={"patient": str})
cohort = pd.read_csv(files.cohort, dtype={"patient": str})
sample = {"split": snakemake.wildcards.split, "patients": params.patients, "seed": params.seed}
femora = choose_femora(features, cohort, **sample)
how = {"seed": params.seed, "changes": params.changes, "measured": params.measured}
write_csv(measure_repeatedly(femora, **how, code=files.code, say=say), snakemake.output[0])
