from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.methods import Intervals
from osteoct.figures.calibration import draw_calibration
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.results import read_json

log_to(snakemake.log[0])
params = snakemake.params
scaling = read_json(snakemake.input.temperature)
predictions = read_predictions(snakemake.input.predictions)
intervals = Intervals.seeded(params.seed, "reliability", **params.intervals)
figure = draw_calibration(predictions, scaling["temperature"], intervals)
save_figure(figure, *snakemake.output, synthetic=params.synthetic)
