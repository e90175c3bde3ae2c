import sys
from pathlib import Path

import pytest

from osteoct.job import log_to

log_to(snakemake.log[0])
options = ["-c", snakemake.params.settings, "-p", "no:cacheprovider"]
options += ["--results", "results", "--passed", snakemake.output[0]]
sys.exit(pytest.main([str(Path(snakemake.input.checks[0]).parent), *options]))
