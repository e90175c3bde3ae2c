from osteoct.features.extraction import extract_batch
from osteoct.features.table import outlined_patients
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
femurs = read_table(snakemake.input.femurs)
cohort = read_table(snakemake.input.cohort)
patients = outlined_patients(femurs, cohort)
features = extract_batch(
    patients, step="features", measured=snakemake.params, code=snakemake.input.code
)
write_csv(features, snakemake.output[0])
