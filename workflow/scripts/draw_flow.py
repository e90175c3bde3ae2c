import pandas as pd

from osteoct.figures.flow import draw_flow
from osteoct.figures.style import save_figure
from osteoct.job import log_to

log_to(snakemake.log[0])
counts = pd.read_csv(snakemake.input.counts, keep_default_na=False)
figure = draw_flow(counts, by_site=snakemake.params.by_site)
save_figure(figure, *snakemake.output, synthetic=snakemake.params.synthetic)
