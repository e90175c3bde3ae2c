from osteoct.figures.decisions import draw_decisions
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.tables import read_table

log_to(snakemake.log[0])
curves = read_table(snakemake.input.curves)
figure = draw_decisions(curves, confidence=snakemake.params.confidence)
save_figure(figure, *snakemake.output, synthetic=snakemake.params.synthetic)
