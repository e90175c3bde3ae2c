from osteoct.classified import read_classified
from osteoct.job import log_to
from osteoct.results import write_json
from osteoct.thresholds import choose_thresholds

log_to(snakemake.log[0])
classified = read_classified(snakemake.input.predictions)
write_json(choose_thresholds(classified, split="validation"), snakemake.output[0])
