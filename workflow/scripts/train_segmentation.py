from osteoct.job import log_to
from osteoct.results import fingerprint, sha256, write_csv
from osteoct.segmentation.training import history, train, write_progress, write_weights

say = log_to(snakemake.log[0])
made_from = [snakemake.input.plans, snakemake.input.table, *snakemake.input.code]
trainer = train(
    snakemake.wildcards.stage,
    preprocessed=snakemake.input.cases,
    work=snakemake.params.work,
    key=fingerprint([sha256(path) for path in made_from]),
    device=snakemake.params.device,
    say=say,
)
write_csv(history(trainer), snakemake.output.history)
write_progress(trainer, snakemake.output.progress)
write_weights(trainer, snakemake.output.weights)
