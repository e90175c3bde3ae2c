from osteoct.claims.table import read_claims
from osteoct.job import log_to
from osteoct.report.claims_page import claims_page
from osteoct.results import write_text

log_to(snakemake.log[0])
claims = read_claims(snakemake.input.claims)
page = claims_page(claims, template=snakemake.input.page[0], **snakemake.params)
write_text(page, snakemake.output[0])
