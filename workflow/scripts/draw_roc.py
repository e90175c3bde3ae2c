from osteoct.classification.predictions import read_predictions
from osteoct.figures.roc import draw_roc
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.tables import read_table

log_to(snakemake.log[0])
predictions = read_predictions(snakemake.input.predictions)
values = read_table(snakemake.input["values"])
reference = predictions[:0]
if snakemake.input.baselines:
    simple = read_table(snakemake.input.baselines)
    reference = simple[simple["model"] == "mean HU"]
params = snakemake.params
figure = draw_roc(predictions, values, reference, confidence=params.confidence)
save_figure(figure, *snakemake.output, synthetic=params.synthetic)
