"""Classes of any text or number, in their order, under names that stay text."""

from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd

from osteoct.feature_table.cells import TableProblem, is_absent, listed, numbers_of

MAX_CLASSES = 10
NO_NAMES = ("true", "false", "all")  # the tables' rows of all classes at once are called all


def class_names(column, *, name, separator):
    """The class of every row, as the study calls it.

    A number, or true, false and all, says little by itself: such a class is called
    ``column=value``. The word None, which many programs read as no value, becomes none.

    Parameters
    ----------
    column : Series of str
    name : str
        Of the column.
    separator : str
        Of the table, as for `cells.numbers_of`.

    Returns
    -------
    Series of str
        nan where the class is unknown.

    Examples
    --------
    >>> class_names(pd.Series(["1", "0.0", ""]), name="malignant", separator=",").tolist()
    ['malignant=1', 'malignant=0', nan]
    """
    known = ~is_absent(column)
    texts = column[known].map({"None": "none"}).fillna(column[known])
    numbers = pd.Series(numbers_of(texts, separator=separator)[0], index=texts.index)
    if numbers.notna().all():
        spelt = [_spell(text, number) for text, number in zip(texts, numbers, strict=True)]
        texts = pd.Series(spelt, index=texts.index).radd(f"{name}=")
    elif texts.str.lower().isin(NO_NAMES).any() or numbers.notna().any():
        texts = name + "=" + texts
    return texts.reindex(column.index).astype(object).where(known, np.nan)


def _spell(text, number):
    """A number as short as it can be without becoming another one: codes may have 18 digits."""
    short = f"{number:g}"
    try:
        exact = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return short if float(short) == number else repr(float(number))
    return short if exact == Decimal(short) else f"{exact.normalize():f}"


def order_classes(found, given, *, name):
    """The classes in their order: as given, or by number, or by alphabet.

    Parameters
    ----------
    found : Series of str
        From `class_names`.
    given : sequence of str
        All classes in their order, as the table or as `class_names` spells them, or none.
    name : str
        Of the column.

    Returns
    -------
    list of str

    Raises
    ------
    TableProblem
        If there are not two to ten classes, or those given are not those of the table.
    """
    present = list(found.dropna().unique())
    if len(present) < 2:
        raise TableProblem(
            f"The column {name!r} holds {len(present)} class{'es' * (len(present) != 1)} "
            f"({listed(present) or 'no cell is filled'}); two or more are needed."
        )
    if len(present) > MAX_CLASSES:
        raise TableProblem(
            f"The column {name!r} holds {len(present)} different values; expected 2 to "
            f"{MAX_CLASSES} classes. Name another column, or group the values."
        )
    if not given:
        return sorted(present, key=_place)
    wanted = [str(one).strip() for one in given]
    spelt = [_as_present(one, name, present) for one in wanted]
    if sorted(spelt) != sorted(present):
        raise TableProblem(
            f"CLASSES names {listed(wanted)}; the column {name!r} holds "
            f"{listed(sorted(present, key=_place))}. Name each of these once."
        )
    return spelt


def _as_present(one, name, present):
    """A class as the table's own names are made."""
    read = class_names(pd.Series([one]), name=name, separator=",")
    spellings = (one, f"{name}={one}", *read)
    return next((spelling for spelling in spellings if spelling in present), one)


def _place(name):
    """Numbers by size, then texts by alphabet."""
    try:
        return (0, float(name.rsplit("=", 1)[-1]), name)
    except ValueError:
        return (1, 0.0, name)
