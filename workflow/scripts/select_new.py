import pandas as pd

from osteoct.cohort import select_new
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_participants

log_to(snakemake.log[0])
participants = pd.DataFrame(read_participants(snakemake.input.participants))
images = pd.concat(pd.read_csv(path, dtype={"patient": str}) for path in snakemake.input.images)
write_csv(select_new(participants, images, **snakemake.params), snakemake.output[0])
