from osteoct.classification.classified import read_classified
from osteoct.evaluation.temperature import fit_temperature
from osteoct.job import log_to
from osteoct.results import write_json

log_to(snakemake.log[0])
classified = read_classified(snakemake.input.predictions)
fitted = fit_temperature(classified, split="validation", **snakemake.params)
write_json(fitted, snakemake.output[0])
