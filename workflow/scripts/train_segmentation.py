from safetensors.torch import load_file

from osteoct.job import log_to
from osteoct.results import fingerprint, sha256, write_csv
from osteoct.segmentation.training import history, train, write_progress, write_weights

log_to(snakemake.log[0])
first = snakemake.input.first_weights
made_from = [snakemake.input.plans, snakemake.input.table, *snakemake.input.code]
made_from += [first] if first else []
trainer = train(
    snakemake.wildcards.stage,
    preprocessed=snakemake.input.cases,
    work=snakemake.params.work,
    key=fingerprint([sha256(path) for path in made_from]),
    device=snakemake.params.device,
    first_weights=load_file(first) if first else None,
)
write_csv(history(trainer), snakemake.output.history)
write_progress(trainer, snakemake.output.progress)
write_weights(trainer, snakemake.output.weights)
