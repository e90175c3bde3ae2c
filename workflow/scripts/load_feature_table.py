from osteoct.feature_table.load import load_feature_table
from osteoct.job import log_to
from osteoct.results import write_csv, write_json

log_to(snakemake.log[0])
found = load_feature_table(snakemake.params.table, snakemake.params.splitting)
write_csv(found.study, snakemake.output.study)
write_csv(found.features, snakemake.output.features)
write_csv(found.columns, snakemake.output.columns)
write_json({"classes": found.classes, "remarks": found.remarks}, snakemake.output.ingestion)
