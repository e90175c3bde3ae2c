import json
from pathlib import Path

from osteoct.figures.selection import draw_selection
from osteoct.figures.style import save_figure
from osteoct.job import log_to

log_to(snakemake.log[0])
record = json.loads(Path(snakemake.input.record).read_text(encoding="utf-8"))
save_figure(draw_selection(record), *snakemake.output)
