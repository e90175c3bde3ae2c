from osteoct.job import log_to
from osteoct.results import sha256, write_csv
from osteoct.segmentation.femurs import from_files, patients_to_import, segment_patients
from osteoct.tables import read_text_table

log_to(snakemake.log[0])
cohort, image_qc = (
    read_text_table(path) for path in (snakemake.input.cohort, snakemake.input.image_qc)
)
femurs = segment_patients(
    patients_to_import(cohort, image_qc),
    from_files,
    **snakemake.params,
    key=[sha256(path) for path in snakemake.input.code],
)
write_csv(femurs, snakemake.output[0])
