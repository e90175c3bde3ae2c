import pandas as pd

from osteoct.cohort.enrolment import select_study
from osteoct.cohort.tables import read_cohort
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_tables

log_to(snakemake.log[0])
participants, measurements = read_cohort(snakemake.input.participants, snakemake.input.qct)
images = read_tables(snakemake.input.image_qc)
study = select_study(
    pd.DataFrame(participants), pd.DataFrame(measurements), images, **snakemake.params
)
write_csv(study, snakemake.output[0])
