"""What every feature is: its family, its filter, its formula and what a high value means."""

import pandas as pd

from fastradiomics import CLASSES
from osteoct.features.names import readable


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
    'Of edges and blobs at a scale of 2 mm: short stretches of one density: fine structure.'
    """
    row = feature_dictionary([name], table).iloc[0]
    words = row["high_value_in_bone"]
    before = _image_prefix(row["image"])
    if row["family"] == CLASSES["shape"] or not before:
        return f"{words[0].upper()}{words[1:]}."
    return f"{before}{words}."


def meanings(names, table):
    """Feature to `meaning`, in the order of the names; a feature the table lacks is left out."""
    known = set(table["class"] + "_" + table["feature"])
    return {name: meaning(name, table) for name in names if name.partition("_")[2] in known}


def _image_prefix(image):
    """What an image shows after its filter, before the meaning of a feature of it."""
    kind, _, which = image.partition(" ")
    if kind == "original":
        return ""
    if kind == "LoG":
        return f"Of edges and blobs at a scale of {which}: "
    if kind == "wavelet":
        ways = {"L": "coarse", "H": "fine"}
        words = [f"{ways[letter]} along {axis}" for letter, axis in zip(which, "xyz", strict=True)]
        return f"Of the part {', '.join(words)}: "
    return f"Of the image after {image}: "
