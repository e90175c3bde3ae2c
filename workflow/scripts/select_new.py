import pandas as pd

from osteoct.cohort.enrolment import select_new
from osteoct.cohort.tables import read_participants
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_tables

log_to(snakemake.log[0])
participants = pd.DataFrame(read_participants(snakemake.input.participants))
images = read_tables(snakemake.input.image_qc)
write_csv(select_new(participants, images, **snakemake.params), snakemake.output[0])
