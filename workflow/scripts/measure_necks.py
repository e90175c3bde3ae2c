from osteoct.features.table import segmented_patients
from osteoct.job import log_to
from osteoct.neck.trabecular import measure_necks
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
femurs = read_table(snakemake.input.femurs)
cohort = read_table(snakemake.input.cohort)
necks = measure_necks(
    segmented_patients(femurs, cohort), **snakemake.params, code=snakemake.input.code
)
write_csv(necks, snakemake.output[0])
