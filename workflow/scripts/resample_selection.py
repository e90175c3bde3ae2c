from osteoct.classification.filters import add_repeats
from osteoct.classification.model import training_data
from osteoct.evaluation.stability import resample_selection, tabulate_stability
from osteoct.job import log_to
from osteoct.results import read_json, write_csv
from osteoct.tables import read_table
from osteoct.threads import one_thread

log_to(snakemake.log[0])
one_thread()
files, params = snakemake.input, snakemake.params
features, cohort = (read_table(path) for path in (files.features, files.cohort))
record = read_json(files.record)
settings = {key: params[key] for key in ("seed", "settings")}
settings["selection"] = add_repeats(params.selection, files.repeats)
training = training_data(features, cohort, params.classes)
chosen = resample_selection(*training, **settings, threads=snakemake.threads)
write_csv(tabulate_stability(chosen, record, confidence=params.confidence), snakemake.output[0])
