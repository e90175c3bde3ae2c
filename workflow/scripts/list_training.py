import json
from pathlib import Path

import pandas as pd

from osteoct.features.table import training_reference
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
files, as_text = snakemake.input, {"patient": str}
names = json.loads(Path(files.selection).read_text(encoding="utf-8"))["lasso"]
cohort = pd.read_csv(files.cohort, dtype=as_text)
features = pd.read_csv(files.features, dtype=as_text, usecols=["patient", *names])
write_csv(training_reference(features, cohort, names), snakemake.output[0])
