from osteoct.figures.pipeline import draw_pipeline
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.report.illustration import illustrate
from osteoct.results import read_json
from osteoct.tables import read_tables

log_to(snakemake.log[0])
plans, spacing_mm = snakemake.input.plans, None
if plans:
    stages = read_json(plans)["configurations"]
    spacing_mm = [stages[name]["study"]["spacing_mm"] for name in ("coarse", "fine")]
panels = illustrate(
    study=read_tables(snakemake.input.study),
    predictions=read_tables(snakemake.input.predictions),
    overlap=read_tables(snakemake.input.overlap),
    selection=read_json(snakemake.input.selection),
    options={**snakemake.params.options, "spacing_mm": spacing_mm},
)
save_figure(draw_pipeline(**panels), *snakemake.output, synthetic=snakemake.params.synthetic)
