import pandas as pd

from osteoct.evaluation.nested import cross_validate
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.threads import one_thread

log_to(snakemake.log[0])
one_thread()
features = pd.read_csv(snakemake.input.features, dtype={"patient": str})
cohort = pd.read_csv(snakemake.input.cohort, dtype={"patient": str})
params = snakemake.params
settings = {"folds": params.folds, "fitting": params.fitting, "threads": snakemake.threads}
write_csv(cross_validate(features, cohort, params.classes, **settings), snakemake.output[0])
