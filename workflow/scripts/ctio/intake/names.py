"""Which structures of a segmentation are femora, by their names."""

import re


def match_femur_names(labels, *, femur, right, left):
    """The femora among structures, and the side that each name has.

    Parameters
    ----------
    labels : list of str
        Names of structures.
    femur, right, left : str
        Regular expressions, searched for in any case.

    Returns
    -------
    dict of int to int
        For each structure that is a femur, by its index in `labels`: 1 right, 2 left, 0 unknown.

    Examples
    --------
    >>> words = {"femur": "fem", "right": r"(^|[^a-z])r", "left": r"(^|[^a-z])l"}
    >>> match_femur_names(["Bladder", "Femur_L", "femur right", "FEMORA"], **words)
    {1: 2, 2: 1, 3: 0}
    """
    found = {}
    for index, name in enumerate(labels):
        if re.search(femur, name, flags=re.IGNORECASE):
            is_right = re.search(right, name, flags=re.IGNORECASE) is not None
            is_left = re.search(left, name, flags=re.IGNORECASE) is not None
            found[index] = 0 if is_right == is_left else 1 if is_right else 2
    return found
