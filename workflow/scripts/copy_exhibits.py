import shutil

from osteoct.job import log_to
from osteoct.results import atomic

log_to(snakemake.log[0])
count = len(snakemake.output)
for source, target in zip(snakemake.input[:count], snakemake.output, strict=True):
    with atomic(target) as partial:
        shutil.copyfile(source, partial)
