"""Which structures of a segmentation are femora, by their names."""

import re

from ctio.intake.other_words import find_other_word, split_words, without_accents
from ctio.issues.issue import Issue, RejectedInput

SIDES = {1: "the right femur", 2: "the left femur", 0: "femora without a side"}


def match_femur_names(labels, *, femur, right, left):
    """The femora among structures, and the side that each name has.

    A name that holds a word of something else, such as a vessel, a part of the bone or a planning
    margin, is no femur, unless the expression `femur` itself holds that word.

    Parameters
    ----------
    labels : list of str
        Names of structures.
    femur, right, left : str
        Regular expressions, searched for in any case, with and without accents.

    Returns
    -------
    dict of int to int
        For each structure that is a femur, by its index in `labels`: 1 right, 2 left, 0 unknown.

    Examples
    --------
    >>> words = {"femur": "fem", "right": r"(^|[^a-z])r", "left": r"(^|[^a-z])l"}
    >>> names = ["Bladder", "Femur_L", "femur right", "FEMORA", "PRV_Femur_L_5mm", "A. femoralis"]
    >>> match_femur_names(names, **words)
    {1: 2, 2: 1, 3: 0}
    """
    found = {}
    for index, name in enumerate(labels):
        if _holds(femur, name) and not find_other_word(name, wanted=femur):
            is_right, is_left = _holds(right, name), _holds(left, name)
            found[index] = 0 if is_right == is_left else 1 if is_right else 2
    return found


def describe_choice(labels, *, femur, right, left, called="structures"):
    """What was taken of a set of structures, merged and left out, in a sentence without names.

    Parameters
    ----------
    labels : list of str
    femur, right, left : str
        As for `match_femur_names`.
    called : str
        What they are, in the plural.

    Returns
    -------
    Issue

    Raises
    ------
    RejectedInput
        If none is a femur.

    Examples
    --------
    >>> words = {"femur": "fem", "right": r"(^|[^a-z])r", "left": r"(^|[^a-z])l"}
    >>> describe_choice(["Femur_L", "PRV_Femur_L"], **words).sentence
    'Of 2 structures number 1 is the left femur. Left out: number 2 (a planning volume or margin).'
    """
    sides = match_femur_names(labels, femur=femur, right=right, left=left)
    others = [
        f"number {index + 1} ({find_other_word(name, wanted=femur)})"
        for index, name in enumerate(labels)
        if _holds(femur, name) and index not in sides
    ]
    left_out = f" Left out: {', '.join(others)}." if others else ""
    if not sides:
        sentence = f"None of {len(labels)} {called} is named a femur.{left_out}"
        raise RejectedInput("no femur named", sentence)
    taken = []
    for side, title in SIDES.items():
        numbers = [str(index + 1) for index in sorted(sides) if sides[index] == side]
        if len(numbers) == 1:
            taken.append(f"number {numbers[0]} is {title}")
        elif numbers:
            taken.append(f"numbers {' and '.join(numbers)} were merged into {title}")
    return Issue("structures by name", f"Of {len(labels)} {called} {', '.join(taken)}.{left_out}")


def _holds(expression, name):
    """Whether a regular expression is in a name: as it is, without accents, or with words apart."""
    spellings = (name, without_accents(name), split_words(name))
    return any(re.search(expression, text, flags=re.IGNORECASE) for text in spellings)
