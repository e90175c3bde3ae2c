import json
from pathlib import Path

from osteoct.figures.pipeline import draw_pipeline
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.report.cases import read_tables
from osteoct.report.illustration import illustrate

log_to(snakemake.log[0])
panels = illustrate(
    study=read_tables(snakemake.input.study),
    predictions=read_tables(snakemake.input.predictions),
    overlap=read_tables(snakemake.input.overlap),
    selection=json.loads(Path(snakemake.input.selection).read_text(encoding="utf-8")),
    options=snakemake.params.options,
)
save_figure(draw_pipeline(**panels), *snakemake.output, synthetic=snakemake.params.synthetic)
