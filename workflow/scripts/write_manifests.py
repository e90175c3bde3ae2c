import pandas as pd

from osteoct.job import log_to
from osteoct.provenance.manifests import write_patients, write_report
from osteoct.provenance.run import describe_run
from osteoct.results import write_csv
from osteoct.tables import read_tables

log_to(snakemake.log[0])
files, settings = snakemake.input, snakemake.params
about = {"run": describe_run(files.environments, files.made_from, **settings.run)}
about["options"] = settings.options
cohort = read_tables(files.cohort)
steps = [files.image_qc, files.femurs, files.features, files.neck, files.overlap, files.pages]
written = [write_patients(batch, cohort, **about) for batch in zip(*steps, strict=True)]
write_csv(pd.concat(written), snakemake.output.patients)
write_report(files.shown, **about)
