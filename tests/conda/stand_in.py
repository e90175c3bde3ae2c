"""The commands of conda that Snakemake calls; rattler solves and installs, uv does the pip part.

It stands in for conda where there is none. Channels are named relative to CONDA_CHANNEL_ALIAS, as
conda does, so that the study's own environment files are used as they are.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

VERSION = "24.7.1"  # the oldest conda that Snakemake takes


async def solve_and_install(prefix, channels, specs):
    """Install the conda packages of an environment, and those they depend on."""
    import rattler

    alias = os.environ["CONDA_CHANNEL_ALIAS"].rstrip("/")
    records = await rattler.solve(
        sources=[f"{alias}/{name}" for name in channels],
        specs=specs,
        platforms=["linux-64", "noarch"],
        virtual_packages=rattler.VirtualPackage.detect(),
        channel_priority=rattler.ChannelPriority.Strict,
    )
    packages = os.environ["CONDA_PKGS_DIRS"]
    await rattler.install(records, target_prefix=prefix, show_progress=False, cache_dir=packages)


def install_pinned(prefix, pins):
    """Install the packages of an environment file's pip section."""
    uv = Path(sys.executable).with_name("uv")
    target = ["--python", f"{prefix}/bin/python"]
    subprocess.run([uv, "pip", "install", "-q", *target, *pins], check=True, stdout=sys.stderr)


def create(arguments):
    """``conda env create``: the environment that a file describes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--no-default-packages", action="store_true")
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--prefix", required=True)
    options = parser.parse_args(arguments)
    described = yaml.safe_load(options.file.read_text(encoding="utf-8"))
    specs = [item for item in described["dependencies"] if isinstance(item, str)]
    sections = [item for item in described["dependencies"] if isinstance(item, dict)]
    asyncio.run(solve_and_install(options.prefix, described["channels"], specs))
    for section in sections:
        install_pinned(options.prefix, section["pip"])


def answer(arguments):
    """Do what a command line asks; return what conda would print."""
    match arguments:
        case ["--version"]:
            return f"conda {VERSION}"
        case ["info", "--json"]:
            home = str(Path(sys.argv[0]).absolute().parents[1])
            return json.dumps({"conda_prefix": home, "platform": "linux-64", "envs_dirs": []})
        case ["config", "--get", "channel_priority", "--json"]:
            return json.dumps({"get": {"channel_priority": "strict"}})
        case ["clean", *_]:
            return ""
        case ["env", "create", *options]:
            return create(options) or ""
    raise SystemExit(f"The stand-in for conda has no: conda {' '.join(arguments)}")


if __name__ == "__main__":
    print(answer(sys.argv[1:]), flush=True)
    os._exit(0)  # rattler's own threads abort an ordinary exit
