"""The networks that come with the project, and what they are put to use with."""

from pathlib import Path

import yaml

from osteoct.results import fingerprint, sha256
from osteoct.segmentation.networks import load_networks

FILES = ("plans.json", "coarse.safetensors", "fine.safetensors")


class NotReady(Exception):
    """Something that screening needs is not there: what, and how to get it."""


def load_model(folder, *, threads):
    """Both networks from a folder of weights.

    Parameters
    ----------
    folder : Path
        With the files of `FILES`.
    threads : int
        How many cores the networks use.

    Returns
    -------
    dict of str to osteoct.segmentation.networks.Network

    Raises
    ------
    NotReady
        If a file is absent.
    """
    if absent := [name for name in FILES if not Path(folder, name).is_file()]:
        raise NotReady(
            f"resources/weights lacks {', '.join(absent)}. They come with the project: get them "
            "again from where you got it, or train them anew with make weights."
        )
    weights = {stage: str(Path(folder, f"{stage}.safetensors")) for stage in ("coarse", "fine")}
    return load_networks(str(Path(folder, "plans.json")), weights, threads=threads)


def hash_of_model(folder):
    """Hexadecimal SHA-256 over plans and weights."""
    return fingerprint([sha256(Path(folder, name)) for name in FILES])


def settings_of(root):
    """The study's configuration, which screening shares.

    Parameters
    ----------
    root : Path
        Of the project.

    Returns
    -------
    dict
    """
    return yaml.safe_load(Path(root, "config/config.yaml").read_text(encoding="utf-8"))
