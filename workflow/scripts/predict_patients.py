import pandas as pd

from osteoct.classification.classifier import predict_patients
from osteoct.classification.model_file import load_model
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
features = pd.read_csv(snakemake.input.features, dtype={"patient": str})
cohort = pd.read_csv(snakemake.input.cohort, dtype={"patient": str})
model = load_model(snakemake.input.model)
predictions = predict_patients(model, features, cohort, snakemake.params.classes)
write_csv(predictions, snakemake.output[0])
