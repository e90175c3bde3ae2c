from osteoct.classification.predictions import read_predictions
from osteoct.figures.confusion import draw_confusion
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.tables import read_table

log_to(snakemake.log[0])
predictions = read_predictions(snakemake.input.predictions)
values = read_table(snakemake.input["values"])
params = snakemake.params
figure = draw_confusion(predictions, values, **params.reading)
save_figure(figure, *snakemake.output, synthetic=params.synthetic)
