from osteoct.classification.predictions import read_predictions
from osteoct.evaluation.methods import Intervals
from osteoct.evaluation.nested_table import compare_splits, tabulate_nested
from osteoct.figures.nested import draw_nested
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table

log_to(snakemake.log[0])
output, params = snakemake.output, snakemake.params
intervals = Intervals.seeded(params.seed, "nested", **params.intervals)
nested = read_table(snakemake.input.nested)
values = compare_splits(read_predictions(snakemake.input.predictions), nested, intervals)
write_csv(values, output["values"])
write_csv(tabulate_nested(values, intervals), output.table)
figure = draw_nested(values, confidence=intervals.confidence)
save_figure(figure, output.pdf, output.png, synthetic=params.synthetic)
