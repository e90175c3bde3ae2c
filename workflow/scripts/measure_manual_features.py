from osteoct.features.batch import extract_batch
from osteoct.features.table import manually_segmented_patients
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
patients = manually_segmented_patients(read_table(snakemake.input.cohort))
how = {"step": "manual_features", "measured": snakemake.params.measured}
write_csv(extract_batch(patients, **how, code=snakemake.input.code), snakemake.output[0])
