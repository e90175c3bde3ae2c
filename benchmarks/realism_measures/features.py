"""Radiomic features of hips, and which of them lie outside the range of the phantoms."""

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

import fastradiomics
from osteoct.features.extraction import extract, settings_of
from osteoct.results import fingerprint, sha256
from realism_measures.scans import kept

ROOT = Path(__file__).parents[2]


def features_of(scan):
    """All features of the study of one femur on the grid of the comparison.

    Those of a phantom are kept beside it, and later calls read them.

    Returns
    -------
    dict of str to float
    """
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    settings = settings_of(config["features"])
    code = [sha256(path) for path in sorted(Path(fastradiomics.__file__).parent.glob("*.py"))]
    name = f"features_{fingerprint(settings, code)[:12]}"
    return kept(scan, name, lambda scan: extract(scan.ct, scan.femur, **settings))


def outside(values, phantoms):
    """Which values lie below the smallest or above the largest of the phantoms'.

    Parameters
    ----------
    values : Series
        Of one hip, by feature.
    phantoms : DataFrame, shape (phantoms, features)

    Returns
    -------
    Series of bool
    """
    return (values < phantoms.min()) | (values > phantoms.max())


def expected_outside(number):
    """Fraction of features that one more phantom would have outside the range of so many.

    Of n + 1 values drawn alike each is as likely as the others to be the smallest or the largest.
    """
    return 2 / (number + 1)


def tabulate_outside(flags):
    """Fractions outside, by class of feature and kind of image, and of all.

    Parameters
    ----------
    flags : DataFrame of bool, shape (features, hips)

    Returns
    -------
    DataFrame
        One row for each class, each kind of image, and all: `features` (their number), each hip,
        and `all of them` (outside for every hip).
    """
    kinds = [_kind(name) for name in flags.index]
    classes = [name.rsplit("_", 2)[1] for name in flags.index]
    flags = flags.assign(**{"all of them": flags.all(axis=1)})
    rows = {}
    for group in (classes, kinds, ["all"] * len(flags)):
        for name, part in flags.groupby(np.array(group), sort=False):
            rows[name] = {"features": len(part), **part.mean()}
    return pd.DataFrame(rows).T.astype({"features": int})


def _kind(name):
    """original, LoG or wavelet: of the image that a feature was measured on."""
    start = name.split("_")[0].split("-")[0]
    return {"log": "LoG"}.get(start, start)
