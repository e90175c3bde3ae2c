"""What the run in conda environments starts from: Snakemake alone, and a conda."""

import os
import shutil
from pathlib import Path

from channel import write_channel
from environments import new_environment
from tiny import ROOT

HERE = Path(__file__).parent


def snakemake_alone(folder):
    """Snakemake at its pinned version, without any package of the study."""
    pins = ["--constraint", ROOT / "requirements.txt"]
    return new_environment(folder, *pins, "snakemake") / "snakemake"


def conda_variables(folder):
    """Variables under which ``conda`` is a command: the machine's own, else the stand-in."""
    if found := shutil.which("conda"):
        print(f"\nconda: {found}")
        return {}
    print("\nNo conda on PATH: its stand-in (rattler) with a channel made from this interpreter.")
    pins = ["--requirement", HERE / "requirements.txt"]
    python = new_environment(folder / "rattler", *pins) / "python"
    programs = folder / "conda" / "bin"
    programs.mkdir(parents=True)
    shutil.copy(HERE / "activate", programs)
    command = programs / "conda"
    command.write_text(f"#!{python}\n{(HERE / 'stand_in.py').read_text()}")
    command.chmod(0o755)
    return {
        "CONDA_CHANNEL_ALIAS": write_channel(folder / "channel"),
        "CONDA_PKGS_DIRS": str(folder / "packages"),
        "PATH": f"{programs}:{os.environ['PATH']}",
    }
