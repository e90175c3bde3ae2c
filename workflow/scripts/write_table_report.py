from osteoct.captions import read_captions
from osteoct.classification.predictions import read_predictions
from osteoct.job import log_to
from osteoct.provenance.run import describe_run
from osteoct.report.table_page import page_of, summary_of
from osteoct.results import read_json, write_text
from osteoct.tables import read_table

log_to(snakemake.log[0])
files = snakemake.input
captions = read_captions(files.captions, **snakemake.params.captions)
found = {name: read_json(files[name]) for name in ("ingestion", "selection")}
results = {
    "predictions": read_predictions(files.predictions),
    "values": read_table(files.performance),
}
results |= found
run = describe_run(files.environments, files.made_from, **snakemake.params.run)
columns = read_table(files.columns, keep_default_na=False)
page = page_of(results, captions=captions, columns=columns, run=run, template=files.page[0])
write_text(page, snakemake.output.page)
write_text(summary_of(results), snakemake.output.summary)
