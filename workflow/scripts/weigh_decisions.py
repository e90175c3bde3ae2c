from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.decisions import decision_curves
from osteoct.evaluation.methods import Intervals
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
params = snakemake.params
others = read_table(snakemake.input.others)
models = {"radiomics": read_predictions(snakemake.input.predictions)}
known = [name for name in params.beside if name in set(others["model"])]
models |= {name: others[others["model"] == name] for name in known}
intervals = Intervals.seeded(params.seed, "decisions", **params.intervals)
write_csv(decision_curves(models, intervals, thresholds=params.thresholds), snakemake.output[0])
