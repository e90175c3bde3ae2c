import pandas as pd

from osteoct.cohort.image_qc import check_patients
from osteoct.cohort.tables import read_participants
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
rows = pd.DataFrame(read_participants(snakemake.input.participants))
rows = rows[rows["patient"].isin(snakemake.params.patients)]
images = check_patients(
    rows,
    settings=snakemake.params.settings,
    keep_copies=snakemake.params.keep_copies,
    code=snakemake.input.code,
)
write_csv(images, snakemake.output[0])
