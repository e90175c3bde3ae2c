"""Every file of a run that comes out the same each time, with its hash.

The same code, seed, packages and inputs give the same manifest on any number of cores, after any
interruption. What is left out, and why, stands in docs/methods.md.
"""

import hashlib
from fnmatch import fnmatch
from pathlib import Path

from osteoct.results import sha256

ROOTS = ("results", "resources/synthetic")
LEFT_OUT = (
    "results/logs/*",
    "results/segmentation/preprocessed/*",
    "results/segmentation/trained/*/nnunet/*",
    "results/segmentation/trained/*/progress.png",
    "*/.*",
)


def manifest_of(folder):
    """Files of a run and their hashes.

    Parameters
    ----------
    folder : str or Path
        Where the study ran.

    Returns
    -------
    dict of str to str
        Path from `folder`, with slashes, to hexadecimal SHA-256; sorted by path.
    """
    folder = Path(folder)
    files = [path for root in ROOTS for path in folder.joinpath(root).rglob("*") if path.is_file()]
    names = sorted(path.relative_to(folder).as_posix() for path in files)
    return {name: sha256(folder / name) for name in names if counts(name)}


def counts(name):
    """Whether a file, by its path from the study's folder, must come out the same each time."""
    return not any(fnmatch(name, pattern) for pattern in LEFT_OUT)


def as_text(manifest):
    """A manifest as ``sha256sum --check`` reads it."""
    return "".join(f"{digest}  {name}\n" for name, digest in manifest.items())


def digest_of(manifest):
    """Hexadecimal SHA-256 of the manifest's text: one hash for a whole run."""
    return hashlib.sha256(as_text(manifest).encode()).hexdigest()


def differences(one, other):
    """What is not the same in two manifests.

    Parameters
    ----------
    one, other : dict of str to str
        From `manifest_of`.

    Returns
    -------
    list of str
        A line for each file that differs or that only one of them has; sorted.
    """
    lines = []
    for name in sorted(one.keys() | other.keys()):
        if name not in other:
            lines.append(f"{name}: only in the first")
        elif name not in one:
            lines.append(f"{name}: only in the second")
        elif one[name] != other[name]:
            lines.append(f"{name}: differs")
    return lines
