from osteoct.features.extraction import extract_batch
from osteoct.features.table import read_patients
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
patients = read_patients(read_table(snakemake.input.cohort))
features = extract_batch(
    patients, step="reader_features", measured=snakemake.params, code=snakemake.input.code
)
write_csv(features, snakemake.output[0])
