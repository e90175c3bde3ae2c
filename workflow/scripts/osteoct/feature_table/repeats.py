"""Rows of a table that are there twice under other names."""

CHANCE = 0.1  # of the pairs found that may be expected by chance, if they are to be mentioned


def count_repeats(features):
    """Rows that repeat an earlier one in every feature, more often than chance would.

    Parameters
    ----------
    features : DataFrame of float
        Missing values equal each other.

    Returns
    -------
    int
        0 also where so few different values repeat by chance.

    Examples
    --------
    >>> import pandas as pd
    >>> count_repeats(pd.DataFrame({"a": [1.5, 2.5, 1.5, 4], "b": [0.1, 0.2, 0.1, 0.3]}))
    1
    >>> count_repeats(pd.DataFrame({"a": [0, 1, 0, 1, 0], "b": [1, 1, 0, 1, 1]}))
    0
    """
    filled = features.dropna(how="all")
    repeated = filled.duplicated()
    if not repeated.any():
        return 0
    once = filled[~repeated]
    pairs = len(once) * (len(once) - 1) / 2
    expected = pairs
    for name in once:
        counts = once[name].value_counts(dropna=False)
        expected *= (counts * (counts - 1) / 2).sum() / max(pairs, 1)
    return int(repeated.sum()) if expected <= CHANCE * repeated.sum() else 0
