from osteoct.classification.filters import add_repeats
from osteoct.classification.model import fit_classifier, training_data
from osteoct.classification.model_file import save_model
from osteoct.job import log_to
from osteoct.results import write_json
from osteoct.tables import read_table
from osteoct.threads import one_thread

log_to(snakemake.log[0])
one_thread()
features = read_table(snakemake.input.features)
cohort = read_table(snakemake.input.cohort)
fitting = dict(snakemake.params.fitting)
fitting["selection"] = add_repeats(fitting["selection"], snakemake.input.repeats)
training = training_data(features, cohort, snakemake.params.classes)
model, record = fit_classifier(*training, **fitting, threads=snakemake.threads)
save_model(model, snakemake.output.model)
write_json(record, snakemake.output.record)
