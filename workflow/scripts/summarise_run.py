from osteoct.job import log_to
from osteoct.report.cases import read_cases
from osteoct.report.summary import status_of, summarise, summary_text
from osteoct.results import write_csv, write_text

log_to(snakemake.log[0])
cases = read_cases(snakemake.input)
write_csv(summarise(cases), snakemake.output.table)
write_csv(status_of(cases), snakemake.output.status)
write_text(summary_text(cases, **snakemake.params), snakemake.output.text)
