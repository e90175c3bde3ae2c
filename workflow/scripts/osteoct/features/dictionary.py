"""What every feature is: its family, its filter, its formula and what a high value means."""

import pandas as pd

from osteoct.features.names import CLASSES, readable

FILTERED = {
    "original": "",
    "LoG": "Of edges and blobs of that size: ",
    "wavelet": "Of the coarse (L) or fine (H) part along x, y and z: ",
}
"""What an image shows after each filter, before the meaning of a feature of it."""


def feature_dictionary(names, table):
    """One row for every feature, filters included.

    Parameters
    ----------
    names : sequence of str
        Features, as pyradiomics spells them.
    table : DataFrame
        `class`, `feature`, `ibsi` (tag of the standard's reference tables, empty where it has
        none), `reference` (where the formula is), `unit` and `high_value_in_bone`;
        resources/features/features.csv.

    Returns
    -------
    DataFrame
        `name`, `image`, `family`, `feature`, `ibsi`, `reference`, `unit`, `high_value_in_bone`;
        in the order of the names.

    Raises
    ------
    ValueError
        If the table lacks a feature.
    """
    known = table.fillna("").set_index(["class", "feature"])
    rows = []
    for name in names:
        _, group, feature = name.split("_", 2)
        if (group, feature) not in known.index:
            raise ValueError(f"The table of features has no row for {feature} of {group}. Add it.")
        image, family, _ = readable(name).split(" | ")
        about = known.loc[(group, feature)].to_dict()
        rows.append({"name": name, "image": image, "family": family, "feature": feature, **about})
    columns = ["name", "image", "family", "feature", *table.columns[2:]]
    return pd.DataFrame(rows, columns=columns)


def meaning(name, table):
    """What a high value of a feature means, in plain words.

    Parameters
    ----------
    name : str
        Feature, as pyradiomics spells it.
    table : DataFrame
        As `feature_dictionary` takes it.

    Returns
    -------
    str

    Examples
    --------
    >>> words = "short stretches of one density: fine structure"
    >>> table = pd.DataFrame([["glrlm", "ShortRunEmphasis", "", "", "", words]])
    >>> table.columns = ["class", "feature", "ibsi", "reference", "unit", "high_value_in_bone"]
    >>> meaning("log-sigma-2-0-mm-3D_glrlm_ShortRunEmphasis", table)
    'Of edges and blobs of that size: short stretches of one density: fine structure.'
    """
    row = feature_dictionary([name], table).iloc[0]
    words = row["high_value_in_bone"]
    before = FILTERED[row["image"].split()[0]]
    if row["family"] == CLASSES["shape"] or not before:
        return f"{words[0].upper()}{words[1:]}."
    return f"{before}{words}."
