import json
from pathlib import Path

import pandas as pd

from osteoct.features.table import gather
from osteoct.job import log_to
from osteoct.report.cases import read_cases, read_tables
from osteoct.report.patient_page import draw_pages, with_features
from osteoct.results import write_csv

say = log_to(snakemake.log[0])
files, settings = snakemake.input, snakemake.params
names = json.loads(Path(files.selection).read_text(encoding="utf-8"))["lasso"]
cases = read_cases(files, patients=settings.patients)
cases = with_features(cases, gather([read_tables(files.features)]), names)
page = {"template": files.page[0], "code": [*files.code, *files.page], "study": settings.study}
pages = draw_pages(cases, training=pd.read_csv(files.training), say=say, **page)
write_csv(pages, snakemake.output[0])
