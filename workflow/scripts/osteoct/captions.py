"""The exhibits of a run and their captions."""

from pathlib import Path

import yaml


def read_captions(path, *, arms):
    """The report's captions without the exhibits of arms that the study leaves out.

    Parameters
    ----------
    path : str or Path
        workflow/report/captions.yaml.
    arms : collection of str
        What the configuration switches on; an exhibit with the key `arm` belongs to one.

    Returns
    -------
    dict
        `numbers`, and `chapters` with their `exhibits`.
    """
    captions = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    for chapter in captions["chapters"]:
        chapter["exhibits"] = [e for e in chapter["exhibits"] if e.get("arm") in (None, *arms)]
    return captions
