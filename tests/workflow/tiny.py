"""The whole study on a few patients (tests/config.yaml), run as a user would, in its own folder."""

import copy
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import yaml

from osteoct.provenance.same_bytes import manifest_of

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "tests" / "config.yaml"
RESOURCES = ("checklists", "claims", "features", "intervals", "weights")  # come with a checkout


class Study:
    """A copy of the project beside a folder in which its workflow runs."""

    program = Path(sys.executable).with_name("snakemake")
    variables = {}  # of its environment, beside the test's own

    def __init__(self, folder):
        self.project, self.folder = folder / "project", folder / "run"
        self.folder.mkdir(parents=True)
        for part in ("workflow", "config", "envs", "profiles", "tests"):
            shutil.copytree(ROOT / part, self.project / part)
        for part in ("Snakefile", "pyproject.toml"):
            shutil.copy(ROOT / part, self.project)
        for part in RESOURCES:
            shutil.copytree(ROOT / "resources" / part, self.project / "resources" / part)

    def copy(self, folder):
        """The same project, with a copy of everything that ran in its folder."""
        study = copy.copy(self)
        study.folder = shutil.copytree(self.folder, folder / "run", symlinks=True)
        return study

    def command(self, *options, settings=(CONFIG,)):
        """The command that runs the workflow; later options win over its own."""
        command = [self.program, "--snakefile", self.project / "Snakefile"]
        command += ["--directory", self.folder, "--cores", "2", "--configfile", *settings]
        command += ["--workflow-profile", self.project / "profiles" / "default", *options]
        return list(map(str, command))

    def snakemake(self, *options, settings=(CONFIG,), check=True):
        """Run the workflow; return its output."""
        finished = subprocess.run(
            self.command(*options, settings=settings),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.variables},
        )
        assert not check or finished.returncode == 0, finished.stdout[-6000:]
        return finished.stdout

    def read(self, table):
        """A table of the results."""
        return pd.read_csv(self.folder / "results" / table, dtype={"patient": str})

    def manifest(self):
        """Hash of every file that must come out the same."""
        return manifest_of(self.folder)


class OwnTables:
    """A finished study's synthetic tables, as if they were somebody's own."""

    def __init__(self, study):
        self.folder = study.folder / "own"
        self.folder.mkdir()
        synthetic = study.folder / "resources" / "synthetic"
        read = {"sep": "\t", "dtype": str, "keep_default_na": False}
        self.participants = pd.read_csv(synthetic / "participants.tsv", **read)
        self.qct = pd.read_csv(synthetic / "qct.tsv", **read)
        for column in ("ct", "mask", "mask_reader2"):
            given = self.participants[column] != ""
            paths = str(synthetic) + "/" + self.participants[column]
            self.participants[column] = paths.where(given, "")

    def write(self, **settings):
        """Write the tables; return the settings that point at them, with others of a test's own."""
        self.participants.to_csv(self.folder / "participants.tsv", sep="\t", index=False)
        self.qct.to_csv(self.folder / "qct.tsv", sep="\t", index=False)
        tables = {name: f"own/{name}.tsv" for name in ("participants", "qct")}
        own = self.folder / "settings.yaml"
        own.write_text(yaml.safe_dump({"cohort": {"source": "tables", **tables}, **settings}))
        return [CONFIG, own]

    def set(self, patient, column, value):
        """Change one cell of the participants table."""
        self.participants.loc[self.participants["patient"] == patient, column] = value
