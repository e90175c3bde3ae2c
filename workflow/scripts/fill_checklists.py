from pathlib import Path

from osteoct.captions import read_captions
from osteoct.job import log_to
from osteoct.report.checklists import fill_checklists
from osteoct.results import read_json, write_csv
from osteoct.tables import read_text_table

log_to(snakemake.log[0])
files = snakemake.input
captions = read_captions(files.captions, **snakemake.params.captions)
numbers = read_json(files.numbers)
lists = {Path(path).stem: read_text_table(path) for path in files.lists}
write_csv(fill_checklists(lists, captions, numbers), snakemake.output[0])
