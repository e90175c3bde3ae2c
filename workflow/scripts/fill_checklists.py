import json
from pathlib import Path

import pandas as pd

from osteoct.captions import read_captions
from osteoct.job import log_to
from osteoct.report.checklists import fill_checklists
from osteoct.results import write_csv

log_to(snakemake.log[0])
files = snakemake.input
captions = read_captions(files.captions, **snakemake.params)
numbers = json.loads(Path(files.numbers).read_text(encoding="utf-8"))
as_text = {"dtype": str, "keep_default_na": False}
lists = {Path(path).stem: pd.read_csv(path, **as_text) for path in files.lists}
write_csv(fill_checklists(lists, captions, numbers), snakemake.output[0])
