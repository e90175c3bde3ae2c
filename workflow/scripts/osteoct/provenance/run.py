"""The code, packages, settings and inputs of a run, without host, path or user."""

import json
import platform
import re
import shlex
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import yaml

from osteoct.results import fingerprint, sha256

SOURCES = {".py", ".smk", ".yaml", ".jinja", ".css"}
PIN = re.compile(r"^\s*-\s*([\w.-]+)==(\S+)", flags=re.M)


def commit(folder):
    """Git commit of the code, marked if files differ from it; None outside a repository.

    Parameters
    ----------
    folder : str or Path
        Root of the study's code.

    Returns
    -------
    str or None
    """
    top, head = _git(folder, "rev-parse", "--show-toplevel"), _git(folder, "rev-parse", "HEAD")
    if head is None or Path(top).resolve() != Path(folder).resolve():
        return None
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{head} with uncommitted changes" if changed else head


def code_digest(root):
    """SHA-256 of everything the study runs: rules, scripts, science and pages.

    Parameters
    ----------
    root : str or Path
        Root of the study's code.

    Returns
    -------
    str
        Hexadecimal; the same wherever the code lies.
    """
    files = [path for path in Path(root, "workflow").rglob("*") if path.suffix in SOURCES]
    named = {path.relative_to(root).as_posix(): sha256(path) for path in files}
    return fingerprint(named, sha256(Path(root, "Snakefile")))


def options_of(configfiles, settings):
    """The options of a run that change its results, without the folders they lie in.

    Parameters
    ----------
    configfiles : list of Path
        Settings that the user gave beside the study's own.
    settings : dict
        What the user gave with ``--config``.

    Returns
    -------
    list of str
        Words of a command, quoted for the shell.
    """
    here = Path.cwd()
    shown = [
        path.relative_to(here) if path.is_relative_to(here) else PurePath("…", path.name)
        for path in map(Path, configfiles)
    ]
    given = [f"{name}={_as_argument(value)}" for name, value in settings.items()]
    options = ["--configfile", *map(str, shown)] if shown else []
    options += ["--config", *given] if given else []
    return [shlex.quote(word) for word in options]


def _as_argument(value):
    """A setting as Snakemake reads it behind ``--config NAME=``."""
    shown = _without_folders(value)
    nested = isinstance(shown, (dict, list))
    return json.dumps(shown, ensure_ascii=False) if nested else str(shown)


def packages(environments):
    """Packages of the rules' environments and their pinned versions.

    Parameters
    ----------
    environments : list of str or Path
        The files envs/*.yaml.

    Returns
    -------
    list of (str, str, str)
        Package, version, and the environments that have it; sorted.
    """
    found = {}
    for path in sorted(map(Path, environments)):
        for name, pinned in PIN.findall(path.read_text(encoding="utf-8")):
            found.setdefault((name, pinned), []).append(path.stem)
    return [(name, pinned, ", ".join(envs)) for (name, pinned), envs in sorted(found.items())]


def deviations(pinned):
    """Packages of the present environment whose version is not the pinned one.

    Parameters
    ----------
    pinned : list of (str, str, str)
        From `packages`.

    Returns
    -------
    list of str
        A sentence each; empty where all agree. Packages that are not installed here are left out:
        each environment has only its own.
    """
    found = []
    for name, wanted, _ in pinned:
        try:
            present = version(name).split("+")[0]
        except PackageNotFoundError:
            continue
        if present != wanted:
            found.append(f"{name} is {present}, not {wanted}.")
    return found


def python_version():
    """Version of the running Python, e.g. 3.11.9."""
    return platform.python_version()


def printable(configuration):
    """The run's configuration as YAML, absolute paths cut to their last part.

    Parameters
    ----------
    configuration : dict
        The study's config.

    Returns
    -------
    str
    """
    return yaml.safe_dump(
        _without_folders(configuration), sort_keys=False, allow_unicode=True, width=96
    )


def _without_folders(value):
    if isinstance(value, dict):
        return {str(key): _without_folders(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_folders(item) for item in value]
    if isinstance(value, str):
        for kind in (PurePosixPath, PureWindowsPath):
            if kind(value).is_absolute() or value.startswith("~"):
                return f"…/{kind(value).name}"
    return value


def _git(folder, *arguments):
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def describe_run(environments, made_from, *, root, code, configuration):
    """How a run was made, for its report.

    Parameters
    ----------
    environments : list of str
        The files envs/*.yaml.
    made_from : list of str
        Tables and models whose digests identify the run.
    root : str or Path
        Folder of the study's code.
    code : str
        From `code_digest`.
    configuration : dict
        The study's config.

    Returns
    -------
    dict
        `commit`, `code`, `seed`, `configuration` (YAML), `packages`, `python`, `remarks` (sentences
        on packages that are not the pinned ones) and `digests` (file name, SHA-256).
    """
    pinned = packages(environments)
    return {
        "commit": commit(root),
        "code": code,
        "seed": configuration["seed"],
        "configuration": printable(configuration),
        "packages": pinned,
        "python": python_version(),
        "remarks": deviations(pinned),
        "digests": [(_short(path), sha256(path)) for path in made_from],
    }


def _short(path):
    """The last two parts of a path: enough to tell files apart, nothing of where they lie."""
    return "/".join(PurePosixPath(path).parts[-2:])
