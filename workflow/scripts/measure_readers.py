import pandas as pd

from osteoct.features.extraction import extract_batch
from osteoct.features.table import read_patients
from osteoct.job import log_to
from osteoct.results import write_csv

say = log_to(snakemake.log[0])
patients = read_patients(pd.read_csv(snakemake.input.cohort, dtype={"patient": str}))
features = extract_batch(
    patients, step="reader_features", measured=snakemake.params, code=snakemake.input.code, say=say
)
write_csv(features, snakemake.output[0])
