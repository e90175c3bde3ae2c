import json
from pathlib import Path

import pandas as pd

from osteoct.figures.robustness import draw_robustness
from osteoct.figures.style import save_figure
from osteoct.job import log_to

log_to(snakemake.log[0])
features = pd.read_csv(snakemake.input.features)
record = json.loads(Path(snakemake.input.selection).read_text(encoding="utf-8"))
params = snakemake.params
figure = draw_robustness(features, record["lasso"], **params.reading)
save_figure(figure, *snakemake.output, synthetic=params.synthetic)
