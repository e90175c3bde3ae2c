import json
from pathlib import Path

import pandas as pd

from osteoct.features.dictionary import meanings
from osteoct.figures.selection import draw_selection
from osteoct.figures.style import save_figure
from osteoct.job import log_to

log_to(snakemake.log[0])
record = json.loads(Path(snakemake.input.record).read_text(encoding="utf-8"))
stability = pd.read_csv(snakemake.input.stability)
words = meanings(record["lasso"], pd.read_csv(snakemake.input.dictionary))
figure = draw_selection(record, stability, words, classes=snakemake.params.classes)
save_figure(figure, *snakemake.output, synthetic=snakemake.params.synthetic)
