"""Classes of any text or number, in their order, under names that stay text; what tells them."""

from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd

from osteoct.feature_table.cells import TableProblem, is_absent, listed, numbers_of

MAX_CLASSES = 10
NO_NAMES = ("true", "false", "all")  # the tables' rows of all classes at once are called all
MIN_CLASS_SIZE = 15  # two such classes are parted by chance once in C(30, 15) / 2 = 8e7 features
MIN_RECALL = 0.95  # of each class: one error in 20


def class_names(column, *, name, decimal):
    """The class of every row, as the study calls it.

    A number, or true, false and all, says little by itself: such a class is called
    ``column=value``. The word None, which many programs read as no value, becomes none.

    Parameters
    ----------
    column : Series of str
    name : str
        Of the column.
    decimal : str
        Of the table, as for `cells.numbers_of`.

    Returns
    -------
    Series of str
        nan where the class is unknown.

    Examples
    --------
    >>> class_names(pd.Series(["1", "0.0", ""]), name="malignant", decimal=".").tolist()
    ['malignant=1', 'malignant=0', nan]
    """
    known = ~is_absent(column)
    texts = column[known].map({"None": "none"}).fillna(column[known])
    numbers = pd.Series(numbers_of(texts, decimal=decimal)[0], index=texts.index)
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
    read = class_names(pd.Series([one]), name=name, decimal=".")
    spellings = (one, f"{name}={one}", *read)
    return next((spelling for spelling in spellings if spelling in present), one)


def _place(name):
    """Numbers by size, then texts by alphabet."""
    try:
        return (0, float(name.rsplit("=", 1)[-1]), name)
    except ValueError:
        return (1, 0.0, name)


def nearly_tells_class(values, classes_of_rows):
    """Whether a feature tells each class from the others in nearly all rows.

    Parameters
    ----------
    values : ndarray of float, shape (n_patients,)
    classes_of_rows : Series of str
        nan where it is unknown.

    Returns
    -------
    bool
        If of every class at least `MIN_RECALL` lie between two cut-offs where the other classes
        hardly lie; False for small classes, which chance may part.
    """
    known = classes_of_rows.notna().to_numpy() & np.isfinite(values)
    numbers, classes = values[known], classes_of_rows.to_numpy()[known]
    names, counts = np.unique(classes.astype(str), return_counts=True)
    if len(names) < 2 or counts.min() < MIN_CLASS_SIZE:
        return False
    centres = np.array([np.median(numbers[classes == name]) for name in names])
    if len(set(centres)) < len(names):
        return False
    order = np.argsort(centres)
    own = np.argsort(order)[np.searchsorted(names, classes.astype(str))]
    return all(_parted(numbers, own > rank) for rank in range(len(names) - 1))


def _parted(numbers, is_upper):
    """Whether one cut-off leaves nearly all of two groups on their own sides."""
    cuts = np.unique(numbers)
    upper, lower = np.sort(numbers[is_upper]), np.sort(numbers[~is_upper])
    recall_upper = 1 - np.searchsorted(upper, cuts) / len(upper)
    recall_lower = np.searchsorted(lower, cuts) / len(lower)
    return bool((np.minimum(recall_upper, recall_lower) >= MIN_RECALL).any())
