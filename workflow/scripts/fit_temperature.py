from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.temperature import fit_temperature
from osteoct.job import log_to
from osteoct.results import write_json

log_to(snakemake.log[0])
predictions = read_predictions(snakemake.input.predictions)
fitted = fit_temperature(predictions, split="validation")
write_json(fitted, snakemake.output[0])
