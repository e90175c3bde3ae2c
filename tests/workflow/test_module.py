"""The study as a module of another workflow, as snakedeploy sets it up from a clone."""

import shutil
import subprocess

import pytest
from rulebook import ROOT
from tiny import Study

DEPLOYED = """\
configfile: "config/config.yaml"


module osteoct:
    snakefile:
        "{snakefile}"
    config:
        config


use rule * from osteoct
"""


@pytest.fixture
def snakemake(tmp_path):
    """Snakemake in a folder that holds a copy of config/ and a Snakefile of its own."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "workflow").mkdir()
    text = DEPLOYED.format(snakefile=ROOT / "Snakefile")
    (tmp_path / "workflow" / "Snakefile").write_text(text)

    def run(*options):
        command = [Study.program, "--cores", "1", *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout + done.stderr

    return run


def test_a_deployed_study_plans_every_exhibit(snakemake):
    assert "write_report" in snakemake("--dry-run", "--quiet", "rules")


def test_a_deployed_study_runs_its_scripts(snakemake, tmp_path):
    snakemake("results/report/claims.html")
    assert (tmp_path / "results/report/claims.html").exists()
