import pandas as pd

from osteoct.classification.predictions import read_predictions
from osteoct.figures.roc import draw_roc
from osteoct.figures.style import save_figure
from osteoct.job import log_to

log_to(snakemake.log[0])
predictions = read_predictions(snakemake.input.predictions)
values = pd.read_csv(snakemake.input["values"])
reference = predictions[:0]
if snakemake.input.comparators:
    simple = pd.read_csv(snakemake.input.comparators, dtype={"patient": str})
    reference = simple[simple["model"] == "mean HU"]
params = snakemake.params
figure = draw_roc(predictions, values, reference, confidence=params.confidence)
save_figure(figure, *snakemake.output, synthetic=params.synthetic)
