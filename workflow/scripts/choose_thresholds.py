from osteoct.classification.classified import read_classified
from osteoct.classification.thresholds import choose_thresholds
from osteoct.job import log_to
from osteoct.results import write_json

log_to(snakemake.log[0])
classified = read_classified(snakemake.input.predictions)
write_json(choose_thresholds(classified, split="validation"), snakemake.output[0])
