from osteoct.claims.audit import audit
from osteoct.claims.table import read_claims
from osteoct.job import log_to
from osteoct.results import write_csv

log_to(snakemake.log[0])
table, values = audit(read_claims(snakemake.input.claims), **snakemake.params)
write_csv(table, snakemake.output.table)
write_csv(values, snakemake.output["values"])
