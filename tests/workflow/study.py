"""The project and a folder in which its workflow runs: by command line, as a user would."""

import copy
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd

from osteoct.results import sha256

ROOT = Path(__file__).parents[2]
RESOURCES = (
    "checklists",
    "claims",
    "features",
    "intervals",
)  # the tables that come with a checkout


def environment(folder, *requirements):
    """A new virtual environment of the running interpreter; return its folder of programs."""
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "-q", "--python", sys.base_prefix, folder], check=True)
    target = ["--python", folder / "bin" / "python"]
    subprocess.run([uv, "pip", "install", "-q", *target, *requirements], check=True)
    return folder / "bin"


class Study:
    """A copy of the project beside a folder in which its workflow runs."""

    program = Path(sys.executable).with_name("snakemake")
    environment = {}  # variables that the workflow sees beside the test's own

    def __init__(self, folder):
        self.project, self.folder = folder / "project", folder / "run"
        self.folder.mkdir()
        for part in ("workflow", "config", "envs", "profiles", "tests"):
            shutil.copytree(ROOT / part, self.project / part)
        for part in ("Snakefile", "pyproject.toml"):
            shutil.copy(ROOT / part, self.project)
        for part, home in itertools.product(RESOURCES, (self.project, self.folder)):
            shutil.copytree(ROOT / "resources" / part, home / "resources" / part)

    def copy(self, folder):
        """The same project, with a copy of everything that ran in its folder."""
        study = copy.copy(self)
        study.folder = shutil.copytree(self.folder, folder / "run", symlinks=True)
        return study

    def snakemake(self, *options, settings=(ROOT / "tests" / "config.yaml",), check=True):
        """Run the workflow; return what it said."""
        command = [self.program, "--snakefile", self.project / "Snakefile"]
        command += ["--directory", self.folder, "--cores", "2", "--configfile", *settings]
        command += ["--workflow-profile", self.project / "profiles" / "default", *options]
        finished = subprocess.run(
            list(map(str, command)),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.environment},
        )
        assert not check or finished.returncode == 0, finished.stdout[-6000:]
        return finished.stdout

    def read(self, table):
        """A table of the results."""
        return pd.read_csv(self.folder / "results" / table, dtype={"patient": str})

    def manifest(self):
        """Hash of every table, model, mask, figure and page."""
        results = self.folder / "results"
        endings = {".csv", ".json", ".skops", ".safetensors", ".gz", ".png", ".pdf", ".html"}
        aside = {results / "logs", results / "segmentation" / "trained"}
        kept = [
            path
            for path in sorted(results.rglob("*"))
            if path.suffix in endings and not aside & set(path.parents)
        ]
        kept += sorted(results.glob("segmentation/trained/*/weights.safetensors"))
        return {str(path.relative_to(results)): sha256(path) for path in kept}
