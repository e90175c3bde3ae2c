import pandas as pd

from osteoct.features.table import outlined_patients
from osteoct.job import log_to
from osteoct.neck.batch import measure_necks
from osteoct.results import write_csv

say = log_to(snakemake.log[0])
femurs = pd.read_csv(snakemake.input.femurs, dtype={"patient": str})
cohort = pd.read_csv(snakemake.input.cohort, dtype={"patient": str})
necks = measure_necks(
    outlined_patients(femurs, cohort), **snakemake.params, code=snakemake.input.code, say=say
)
write_csv(necks, snakemake.output[0])
