"""What both commands need of the study: its settings, its run, and who it is."""

from pathlib import Path

import yaml

from osteoct.batches import PATIENTS

ROOT = Path(__file__).parents[4]
RESULTS = PATIENTS.parent
MAKER = {"software": "osteoct", "version": "0.1.0"}


def read_settings(path):
    """The project's configuration with a study's own changes to it.

    Parameters
    ----------
    path : str
        The study's YAML file; empty for the project's own settings.

    Returns
    -------
    dict
    """
    from snakemake.utils import update_config

    settings = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    if path:
        update_config(settings, yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    return settings


def series_rules(settings):
    """How image QC chose the series, as keywords of `ctio.intake.series.choose_series`.

    Parameters
    ----------
    settings : dict
        The study's configuration.

    Returns
    -------
    dict
    """
    image_qc = settings["image_qc"]
    limits = {key: image_qc["limits"][key] for key in ("slice_spacing_mm", "min_length_mm")}
    return {**limits, "kernels": image_qc["kernels"]}
