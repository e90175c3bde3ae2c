import pandas as pd

from osteoct.evaluation.density import density_of, relate, tabulate_relation
from osteoct.figures.density import draw_density
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
files, output, params = snakemake.input, snakemake.output, snakemake.params
cohort, features, *necks = (
    read_table(path) for path in (files.cohort, files.features, *files.necks)
)
table = density_of(cohort, features, pd.concat(necks), mean_hu_feature=params.mean_hu_feature)
found = relate(table, **params.reading)
write_csv(found, output["values"])
write_csv(tabulate_relation(found, read_table(files.published), **params.reading), output.table)
figure = draw_density(table, found, **params.reading)
save_figure(figure, output.pdf, output.png, synthetic=params.synthetic)
