from osteoct.classification.model import predict_patients
from osteoct.classification.model_file import load_model
from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.outline_effect import effect, pair, tabulate_effect
from osteoct.features.table import gather
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
features = gather([read_table(snakemake.input.features)])
cohort = read_table(snakemake.input.cohort)
reader = predict_patients(load_model(snakemake.input.model), features, cohort)
pairs = pair(read_predictions(snakemake.input.predictions), reader)
intervals = Intervals.seeded(snakemake.params.seed, "outlines", **snakemake.params.intervals)
found = effect(pairs, intervals)
write_csv(pairs, snakemake.output.pairs)
write_csv(found, snakemake.output["values"])
write_csv(tabulate_effect(found, pairs, intervals), snakemake.output.table)
