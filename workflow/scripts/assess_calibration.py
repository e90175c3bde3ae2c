from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.calibration import calibrate
from osteoct.evaluation.calibration_table import tabulate_calibration
from osteoct.evaluation.methods import Intervals
from osteoct.job import log_to
from osteoct.results import read_json, write_csv

log_to(snakemake.log[0])
params = snakemake.params
scaling = read_json(snakemake.input.temperature)
predictions = read_predictions(snakemake.input.predictions)
intervals = Intervals.seeded(params.seed, "calibration", **params.intervals)
values = calibrate(predictions, scaling["temperature"], intervals)
write_csv(values, snakemake.output["values"])
write_csv(tabulate_calibration(values, scaling, intervals), snakemake.output.table)
