import json
from pathlib import Path

import pandas as pd

from osteoct.features.dictionary import meanings
from osteoct.job import log_to
from osteoct.report.cases import read_cases, read_tables
from osteoct.report.patient_page import draw_pages, training_reference, with_features
from osteoct.results import write_csv

say = log_to(snakemake.log[0])
files, settings = snakemake.input, snakemake.params
names = json.loads(Path(files.selection).read_text(encoding="utf-8"))["lasso"]
cases = read_cases(files, patients=settings.patients)
cases = with_features(cases, read_tables(files.measured), names)
training = training_reference(read_tables(files.reference), read_tables(files.study), names)
study = settings.study | {"meanings": meanings(names, pd.read_csv(files.dictionary))}
page = {"template": files.page[0], "code": [*files.code, *files.page], "study": study}
write_csv(draw_pages(cases, training=training, say=say, **page), snakemake.output[0])
