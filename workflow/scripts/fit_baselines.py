from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.baselines import baseline_models, baseline_predictors, predict_baselines
from osteoct.job import log_to
from osteoct.results import read_json, write_csv
from osteoct.tables import read_table, read_tables

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
cohort, features = (read_table(path) for path in (files.cohort, files.features))
necks = read_tables(files.necks)
record = read_json(files.selection)
chosen = {"mean_hu_feature": params.mean_hu_feature, "selected": record["lasso"]}
known = baseline_predictors(cohort, features, necks, **chosen)
predictions = read_predictions(files.predictions)
others = predict_baselines(predictions, known, baseline_models(record, **params.models))
write_csv(others, snakemake.output[0])
