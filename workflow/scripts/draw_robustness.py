from osteoct.figures.robustness import draw_robustness
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.results import read_json
from osteoct.tables import read_table

log_to(snakemake.log[0])
features = read_table(snakemake.input.features)
record = read_json(snakemake.input.selection)
params = snakemake.params
figure = draw_robustness(features, record["lasso"], **params.reading)
save_figure(figure, *snakemake.output, synthetic=params.synthetic)
