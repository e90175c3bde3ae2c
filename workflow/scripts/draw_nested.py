from osteoct.figures.nested import draw_nested
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.tables import read_table

log_to(snakemake.log[0])
params = snakemake.params
values = read_table(snakemake.input["values"])
figure = draw_nested(values, confidence=params.confidence, method=params.method)
save_figure(figure, *snakemake.output, synthetic=params.synthetic)
