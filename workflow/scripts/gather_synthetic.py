from pathlib import Path

import pandas as pd

from osteoct.job import log_to
from osteoct.phantom.files import gather, write_tsv

log_to(snakemake.log[0])
folder = Path(snakemake.output.participants).parent
for name in ("participants", "qct"):
    files = [Path(path) for path in snakemake.input[name]]
    tables = [pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False) for path in files]
    places = [path.parent.relative_to(folder).as_posix() for path in files]
    write_tsv(gather(tables, places), snakemake.output[name])
