from osteoct.classification.filters import add_repeats
from osteoct.evaluation.scenarios import fit_scenario
from osteoct.features.table import gather
from osteoct.job import log_to
from osteoct.results import read_json, write_csv, write_json
from osteoct.tables import read_table

log_to(snakemake.log[0])
files, params = snakemake.input, dict(snakemake.params.items())
about = params.pop("about")
cohort, *tables = [read_table(path) for path in [files.cohort, *files.features]]
features = tables[0] if "status" not in tables[0] else gather(tables)
params["selection"] = add_repeats(params["selection"], files.repeats)
params["record"] = read_json(files.record)
predictions, record = fit_scenario(features, cohort, **params)
predictions.insert(0, "model", about)
write_csv(predictions, snakemake.output.predictions)
write_json({"about": about, **record}, snakemake.output.record)
