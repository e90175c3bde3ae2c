import pandas as pd

from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.robustness.summary import feature_robustness, tabulate_robustness

log_to(snakemake.log[0])
repeats = pd.read_csv(snakemake.input.repeats, dtype={"patient": str})
features = feature_robustness(repeats, confidence=snakemake.params.confidence)
write_csv(features, snakemake.output.features)
write_csv(tabulate_robustness(features, good_icc=snakemake.params.good_icc), snakemake.output.table)
