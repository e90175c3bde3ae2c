from osteoct.features.dictionary import meanings
from osteoct.features.table import gather
from osteoct.job import log_to
from osteoct.report.cases import read_cases
from osteoct.report.patient_page import draw_pages, with_features
from osteoct.results import read_json, write_csv
from osteoct.tables import read_table, read_tables

log_to(snakemake.log[0])
files = snakemake.input
names = read_json(files.selection)["lasso"]
cases = read_cases(files, patients=snakemake.params.patients)
cases = with_features(cases, gather([read_tables(files.features)]), names)
study = snakemake.params.study | {"meanings": meanings(names, read_table(files.dictionary))}
page = {"template": files.page[0], "code": [*files.code, *files.page], "study": study}
write_csv(draw_pages(cases, **page, training=read_table(files.training)), snakemake.output[0])
