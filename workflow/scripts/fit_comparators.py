import json
from pathlib import Path

import pandas as pd

from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.baselines import classify_otherwise, other_models, predictors
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
cohort, features = (
    pd.read_csv(path, dtype={"patient": str}) for path in (files.cohort, files.features)
)
necks = pd.concat(pd.read_csv(path, dtype={"patient": str}) for path in files.necks)
record = json.loads(Path(files.selection).read_text(encoding="utf-8"))
chosen = {"mean_hu_feature": params.mean_hu_feature, "selected": record["lasso"]}
known = predictors(cohort, features, necks, **chosen)
predictions = read_predictions(files.predictions)
others = classify_otherwise(predictions, known, other_models(record, **params.models))
write_csv(others, snakemake.output[0])
