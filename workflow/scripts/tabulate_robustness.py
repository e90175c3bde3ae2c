from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.robustness.summary import feature_robustness, tabulate_robustness
from osteoct.tables import read_table

log_to(snakemake.log[0])
repeats = read_table(snakemake.input.repeats)
features = feature_robustness(repeats, confidence=snakemake.params.confidence)
write_csv(features, snakemake.output.features)
write_csv(tabulate_robustness(features, good_icc=snakemake.params.good_icc), snakemake.output.table)
