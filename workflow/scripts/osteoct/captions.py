"""The exhibits of a run and their captions."""

from pathlib import Path

import yaml


def read_captions(path, *, switched_on):
    """The report's captions without those exhibits that the study leaves out.

    Parameters
    ----------
    path : str or Path
        workflow/report/captions.yaml.
    switched_on : collection of str
        What the configuration switches on; an exhibit with the key `switch` needs that.

    Returns
    -------
    dict
        `numbers`, and `chapters` with their `exhibits`.
    """
    captions = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    for chapter in captions["chapters"]:
        shown = [e for e in chapter["exhibits"] if e.get("switch") in (None, *switched_on)]
        chapter["exhibits"] = shown
    return captions
