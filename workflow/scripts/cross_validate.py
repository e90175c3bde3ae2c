from osteoct.evaluation.nested import cross_validate
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table
from osteoct.threads import one_thread

log_to(snakemake.log[0])
one_thread()
features = read_table(snakemake.input.features)
cohort = read_table(snakemake.input.cohort)
params = snakemake.params
settings = {"folds": params.folds, "fitting": params.fitting, "threads": snakemake.threads}
write_csv(cross_validate(features, cohort, params.classes, **settings), snakemake.output[0])
