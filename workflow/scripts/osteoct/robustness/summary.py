"""How robust every feature is, and how robust families of features and filters are."""

import numpy as np
import pandas as pd

from fastradiomics import CLASSES
from osteoct.features.names import readable
from osteoct.robustness.icc import absolute_agreement
from osteoct.robustness.repeats import ALL, COLUMNS, KEYS, READERS, TWO_READERS, values_of

WORDS = {ALL: "all changes", "volume": "growth and shrinkage", TWO_READERS: "two readers"}


def feature_robustness(repeats, *, confidence):
    """ICC(2,1) of every feature over all changes, each kind of change, and two readers.

    Parameters
    ----------
    repeats : DataFrame
        From `measurement.measure_repeatedly`.
    confidence : float in (0, 1)
        Of the intervals.

    Returns
    -------
    DataFrame
        One row per feature: `feature`, `image`, `family`, `femora`, `readers_femora`, and for each
        name of `COLUMNS` the ICC, ``{name}_low`` and ``{name}_high``; nan where there is none.
    """
    names = list(repeats.columns.drop(KEYS))
    titles = [readable(name).split(" | ") for name in names]
    table = {
        "feature": names,
        "image": [title[0] for title in titles],
        "family": [title[1] for title in titles],
        "femora": repeats["patient"].nunique(),
        "readers_femora": repeats.loc[repeats["kind"].isin(READERS), "patient"].nunique(),
    }
    for column in COLUMNS:
        limits = absolute_agreement(values_of(repeats, column), confidence=confidence)
        table |= dict(zip((column, f"{column}_low", f"{column}_high"), limits, strict=True))
    return pd.DataFrame(table)


def tabulate_robustness(features, *, good_icc):
    """Families and filters as they are printed; the last row is a footnote.

    Parameters
    ----------
    features : DataFrame
        From `feature_robustness`.
    good_icc : float
        A feature with this ICC or more counts as robust.

    Returns
    -------
    DataFrame of str
        How many of the features reach it, and their median ICC in brackets.
    """
    headed = "By image, all changes together", "By kind of change, all images together"
    rows = [{"Image or change": headed[0]}]
    for image in images_of(features):
        rows.append(_row(features[features["image"] == image], ALL, good_icc, image))
    rows.append({"Image or change": headed[1]})
    for column in COLUMNS:
        rows.append(_row(features, column, good_icc, WORDS.get(column, column)))
    rows.append({"Image or change": _note(features, good_icc)})
    return pd.DataFrame(rows).fillna("")


def images_of(features):
    """Names of the images in the table of `feature_robustness`, the unfiltered one first."""
    return sorted(features["image"].unique(), key=lambda image: (image != "original", image))


def _row(features, column, good_icc, name):
    groups = {"All": features}
    groups |= {family: features[features["family"] == family] for family in CLASSES.values()}
    return {"Image or change": name} | {
        family: _cell(group[column], good_icc) for family, group in groups.items()
    }


def _cell(icc, good_icc):
    """How many reach the limit, of how many with an ICC, and the median."""
    known = icc.dropna()
    if not len(icc):
        return "–"
    if not len(known):
        return "n/a"
    return f"{int((known >= good_icc).sum())} of {len(known)} ({np.median(known):.2f})"


def _note(features, good_icc):
    if not features["femora"].gt(0).any():
        return "No femur was measured again (robustness: patients)."
    femora, both = (int(features[name].max()) for name in ("femora", "readers_femora"))
    return (
        f"Features with an ICC of {good_icc:g} or more, of all that have one, and the median ICC. "
        "ICC(2,1), two-way random effects, absolute agreement, one measurement: 1 is agreement, 0 "
        f"is none. {femora} test femora, automatic masks, as they are and after every change; two "
        f"readers' masks of {both} of them. Shape has no filter. By Koo and Li (2016) an "
        "ICC below 0.5 is poor, to 0.75 moderate, to 0.9 good, above excellent. Intervals of every "
        "feature are in robustness.csv."
    )
