from osteoct.figures.pipeline import draw_pipeline
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.report.illustration import illustrate
from osteoct.results import read_json
from osteoct.tables import read_tables

log_to(snakemake.log[0])
panels = illustrate(
    study=read_tables(snakemake.input.study),
    predictions=read_tables(snakemake.input.predictions),
    overlap=read_tables(snakemake.input.overlap),
    selection=read_json(snakemake.input.selection),
    options=snakemake.params.options,
)
save_figure(draw_pipeline(**panels), *snakemake.output, synthetic=snakemake.params.synthetic)
