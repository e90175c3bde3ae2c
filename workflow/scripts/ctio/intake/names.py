"""Which structures of a segmentation are femora, by their names."""

import re


def sides_by_name(labels, *, femur, right, left):
    """The side that each structure's name says.

    Parameters
    ----------
    labels : list of str
        Names of structures.
    femur, right, left : str
        Regular expressions, searched for in any case.

    Returns
    -------
    dict of int to int
        For each structure that is a femur, by its place in `labels`: 1 right, 2 left, 0 unsaid.

    Examples
    --------
    >>> words = {"femur": "fem", "right": r"(^|[^a-z])r", "left": r"(^|[^a-z])l"}
    >>> sides_by_name(["Bladder", "Femur_L", "femur right", "FEMORA"], **words)
    {1: 2, 2: 1, 3: 0}
    """
    found = {}
    for place, name in enumerate(labels):
        if re.search(femur, name, flags=re.IGNORECASE):
            is_right = re.search(right, name, flags=re.IGNORECASE) is not None
            is_left = re.search(left, name, flags=re.IGNORECASE) is not None
            found[place] = 0 if is_right == is_left else 1 if is_right else 2
    return found
