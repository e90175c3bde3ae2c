from osteoct.figures.flow import draw_flow
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.tables import read_table

log_to(snakemake.log[0])
counts = read_table(snakemake.input.counts, keep_default_na=False)
figure = draw_flow(counts, by_site=snakemake.params.by_site)
save_figure(figure, *snakemake.output, synthetic=snakemake.params.synthetic)
