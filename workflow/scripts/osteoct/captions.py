"""The exhibits of a run and their captions."""

from pathlib import Path

import yaml


def read_captions(path, *, switched_on, classifier):
    """The report's captions without those exhibits that the study leaves out.

    Where they say ``{classifier}``, its title is put in.

    Parameters
    ----------
    path : str or Path
        workflow/report/captions.yaml.
    switched_on : collection of str
        What the run has; an exhibit or number with the key `switch` needs that, or one of them.
    classifier : str
        Title of the classifier in use, e.g. "random forest".

    Returns
    -------
    dict
        `numbers`, `chapters` with their `exhibits`, `left_out`, the names of the exhibits that this
        run has not, and `classifier`.
    """
    text = Path(path).read_text(encoding="utf-8")
    captions = yaml.safe_load(text.replace("{classifier}", classifier))
    known = {_name(e) for chapter in captions["chapters"] for e in chapter["exhibits"]}
    for part in (captions, *captions["chapters"]):
        for key in {"numbers", "exhibits"} & set(part):
            part[key] = [entry for entry in part[key] if _is_on(entry, switched_on)]
    shown = {_name(e) for chapter in captions["chapters"] for e in chapter["exhibits"]}
    return {**captions, "left_out": sorted(known - shown), "classifier": classifier}


def _name(exhibit):
    """File name of an exhibit, without ending."""
    return exhibit.get("figure") or exhibit["table"]


def _is_on(entry, switched_on):
    """Whether an entry needs no switch, or one that is on."""
    switches = entry.get("switch", [])
    switches = [switches] if isinstance(switches, str) else switches
    return not switches or any(switch in switched_on for switch in switches)
