import pandas as pd

from osteoct.features.extraction import extract_batch
from osteoct.features.table import outlined_patients
from osteoct.job import log_to
from osteoct.results import write_csv

say = log_to(snakemake.log[0])
femurs = pd.read_csv(snakemake.input.femurs, dtype={"patient": str})
cohort = pd.read_csv(snakemake.input.cohort, dtype={"patient": str})
patients = outlined_patients(femurs, cohort)
features = extract_batch(
    patients, step="features", measured=snakemake.params, code=snakemake.input.code, say=say
)
write_csv(features, snakemake.output[0])
