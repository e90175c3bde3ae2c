from osteoct.classification.predictions import read_predictions
from osteoct.classification.thresholds import choose_thresholds
from osteoct.job import log_to
from osteoct.results import write_json

log_to(snakemake.log[0])
predictions = read_predictions(snakemake.input.predictions)
write_json(choose_thresholds(predictions, split="validation"), snakemake.output[0])
