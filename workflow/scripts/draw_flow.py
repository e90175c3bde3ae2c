import pandas as pd

from osteoct.figures.flow import draw_flow
from osteoct.figures.style import save_figure
from osteoct.job import log_to

log_to(snakemake.log[0])
counts = pd.read_csv(snakemake.input.counts, keep_default_na=False)
save_figure(draw_flow(counts, **snakemake.params), *snakemake.output)
