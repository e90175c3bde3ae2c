from osteoct.classification.model import predict_patients
from osteoct.classification.model_file import load_model
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
features = read_table(snakemake.input.features)
cohort = read_table(snakemake.input.cohort)
model = load_model(snakemake.input.model)
predictions = predict_patients(model, features, cohort, snakemake.params.classes)
write_csv(predictions, snakemake.output[0])
