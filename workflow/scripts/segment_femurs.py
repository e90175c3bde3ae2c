from osteoct.job import log_to
from osteoct.results import sha256, write_csv
from osteoct.segmentation.femurs import by_networks, patients_to_segment, segment_patients
from osteoct.segmentation.networks import load_networks
from osteoct.tables import read_text_table

log_to(snakemake.log[0])
cohort, images = (
    read_text_table(path) for path in (snakemake.input.cohort, snakemake.input.image_qc)
)
weights = {"coarse": snakemake.input.coarse, "fine": snakemake.input.fine}
made_from = [snakemake.input.plans, *weights.values(), *snakemake.input.code]
femurs = segment_patients(
    patients_to_segment(cohort, images),
    by_networks(load_networks(snakemake.input.plans, weights)),
    **snakemake.params,
    key=[sha256(path) for path in made_from],
)
write_csv(femurs, snakemake.output[0])
