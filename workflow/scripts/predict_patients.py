from osteoct.classification.model import predict_patients
from osteoct.classification.model_file import load_model
from osteoct.features.table import gather
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
features = read_table(snakemake.input.features)
features = gather([features]) if "status" in features else features
cohort = read_table(snakemake.input.cohort)
model = load_model(snakemake.input.model)
predictions = predict_patients(model, features, cohort, snakemake.params.classes)
if name := snakemake.params.get("name"):
    predictions.insert(0, "model", name)
write_csv(predictions, snakemake.output[0])
