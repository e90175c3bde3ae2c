from osteoct.captions import read_captions
from osteoct.job import log_to
from osteoct.provenance.run import describe_run
from osteoct.report.cases import read_cases
from osteoct.report.report_page import report_of
from osteoct.results import read_json, write_text

log_to(snakemake.log[0])
files = snakemake.input
captions = read_captions(files.captions, **snakemake.params.captions)
numbers = read_json(files.numbers)
run = describe_run(files.environments, files.made_from, **snakemake.params.run)
content = {"captions": captions, "numbers": numbers, "run": run, "study": snakemake.params.study}
write_text(report_of(read_cases(files), template=files.page[0], **content), snakemake.output[0])
