from osteoct.job import log_to
from osteoct.results import sha256, write_csv
from osteoct.segmentation.comparison import choose_sample, compare_patients, patients_to_compare
from osteoct.tables import read_text_table

log_to(snakemake.log[0])
cohort, femurs = (
    read_text_table(path) for path in (snakemake.input.cohort, snakemake.input.femurs)
)
overlap = compare_patients(
    patients_to_compare(
        femurs, cohort, sample=choose_sample(cohort, **snakemake.params.reader_study)
    ),
    settings=snakemake.params.settings,
    key=[sha256(path) for path in snakemake.input.code],
)
write_csv(overlap, snakemake.output[0])
