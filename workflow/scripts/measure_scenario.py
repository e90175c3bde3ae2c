from osteoct.features.batch import extract_batch
from osteoct.features.table import segmented_patients
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
femurs = read_table(snakemake.input.femurs)
cohort = read_table(snakemake.input.cohort)
studied = cohort[cohort["split"].isin(["training", "test"])]
patients = segmented_patients(femurs[femurs["patient"].isin(studied["patient"])], cohort)
how = {"step": f"scenario_{snakemake.wildcards.scenario}", "measured": snakemake.params.measured}
write_csv(extract_batch(patients, **how, code=snakemake.input.code), snakemake.output[0])
