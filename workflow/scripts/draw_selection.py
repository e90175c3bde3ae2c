from osteoct.features.dictionary import meanings
from osteoct.figures.selection import draw_selection
from osteoct.figures.style import save_figure
from osteoct.job import log_to
from osteoct.results import read_json
from osteoct.tables import read_table

log_to(snakemake.log[0])
record = read_json(snakemake.input.record)
stability = read_table(snakemake.input.stability)
words = meanings(record["lasso"], read_table(snakemake.input.dictionary))
figure = draw_selection(record, stability, words, classes=snakemake.params.classes)
save_figure(figure, *snakemake.output, synthetic=snakemake.params.synthetic)
