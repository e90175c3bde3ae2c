import json
from pathlib import Path

import pandas as pd

from osteoct.classification.classified import read_classified
from osteoct.evaluation.performance import evaluate
from osteoct.evaluation.performance_table import tabulate
from osteoct.job import log_to
from osteoct.randomness import generator
from osteoct.results import write_csv

log_to(snakemake.log[0])
classified = read_classified(snakemake.input.predictions)
cohort = pd.read_csv(snakemake.input.cohort, dtype={"patient": str})
thresholds = json.loads(Path(snakemake.input.thresholds).read_text())
rng = generator(snakemake.params.seed, "performance")
values = evaluate(classified, thresholds, rng=rng, **snakemake.params.settings)
write_csv(values, snakemake.output["values"])
write_csv(tabulate(values, cohort, classified, **snakemake.params.settings), snakemake.output.table)
