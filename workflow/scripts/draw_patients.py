import json
from pathlib import Path

import pandas as pd

from osteoct.features.dictionary import meanings
from osteoct.features.table import gather
from osteoct.job import log_to
from osteoct.report.cases import read_cases, read_tables
from osteoct.report.patient_page import draw_pages, with_features
from osteoct.results import write_csv

say = log_to(snakemake.log[0])
files = snakemake.input
names = json.loads(Path(files.selection).read_text("utf-8"))["lasso"]
cases = read_cases(files, patients=snakemake.params.patients)
cases = with_features(cases, gather([read_tables(files.features)]), names)
study = snakemake.params.study | {"meanings": meanings(names, pd.read_csv(files.dictionary))}
page = {"template": files.page[0], "code": [*files.code, *files.page], "study": study, "say": say}
write_csv(draw_pages(cases, **page, training=pd.read_csv(files.training)), snakemake.output[0])
