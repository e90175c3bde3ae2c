"""A table of features as text cells: whatever separates them, every problem a sentence."""

import numpy as np
import pandas as pd

from osteoct.numbers import ABSENT, MINUS_SIGNS, decimal_sign, read_numbers
from osteoct.text_tables import NoTable, read_rows

TWO_WAYS = rf"[+\-{MINUS_SIGNS}]?[1-9]\d{{0,2}}[.,]\d{{3}}"  # thousands, or three decimals
TELLING_ROWS = 100  # of a table, whose cells are asked for its decimal sign
MAX_BYTES = 1 << 29
MAX_NAMES = 12


class TableProblem(ValueError):
    """A table of features cannot be used; the message is a sentence with a remedy."""


def read_cells(path):
    """Read a table of any separator as text.

    Parameters
    ----------
    path : str or Path
        Text in UTF-8 or UTF-16, with or without byte order mark; tabs, semicolons or commas between
        the cells, whichever its first line has most of; the first row names the columns, and may
        leave out the first one, as R writes it.

    Returns
    -------
    DataFrame of str
        Stripped cells, an empty text where nothing is. Of columns with one name the second is
        called ``name (2)``. `attrs["decimal"]` is the decimal sign of the table's numbers, empty
        if no cell tells it.

    Raises
    ------
    TableProblem
        If it is no such table.
    """
    lines, separator = _lines(path)
    first = lines[0][1]
    if all(len(cells) == len(first) + 1 for _, cells in lines[1:]):
        first = ["", *first]
    header = _unique_names([name.strip() or f"column {k}" for k, name in enumerate(first, start=1)])
    if len(header) < 2:
        raise TableProblem(
            "The first row names one column only. Expected a class and features, with tabs, "
            "semicolons or commas between them."
        )
    for number, cells in lines[1:]:
        if len(cells) != len(header):
            raise TableProblem(
                f"Row {number} has {len(cells)} cells, the first row names {len(header)} columns. "
                "Give every row as many, also where a cell is empty."
            )
    table = pd.DataFrame([cells for _, cells in lines[1:]], columns=header, dtype=object)
    table = table.apply(lambda column: column.str.strip())
    sign = decimal_sign(table[:TELLING_ROWS].to_numpy().ravel())
    table.attrs["decimal"] = sign or "." * (separator == ",")
    return table


def numbers_of(column, *, decimal):
    """A column's cells as numbers.

    Parameters
    ----------
    column : Series of str
    decimal : {"", ".", ","}
        The table's decimal sign, for cells such as 1,446 in a column that does not tell.

    Returns
    -------
    values : ndarray of float, shape (n_patients,)
        nan where nothing is, no number, or one that can be read in two ways.
    texts : int
        Cells that hold something else than one number.

    Examples
    --------
    >>> numbers_of(pd.Series(["1,5", "", "2.5e1", "high"]), decimal="")
    (array([ 1.5,  nan, 25. ,  nan]), 1)
    >>> numbers_of(pd.Series(["1,446", "802"]), decimal=".")
    (array([1446.,  802.]), 0)
    """
    present = ~is_absent(column)
    cells = column[present]
    values = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float)
    if np.isnan(values).any() or cells.str.fullmatch(TWO_WAYS).any():
        read = np.array(read_numbers(list(cells), decimal=decimal), dtype=float)
        same = np.isinf(values) | np.isclose(values, read, rtol=1e-12, atol=0)
        values = np.where(same, values, read)
    found = np.full(len(column), np.nan)
    found[present.to_numpy()] = values
    return found, int(np.isnan(values).sum())


def open_numbers(column, values):
    """How many cells of a column hold a number that was not read: its sign has two meanings."""
    return int((column.str.fullmatch(TWO_WAYS) & np.isnan(values)).sum())


def is_absent(column):
    """Whether each cell of a column says that there is no value: Series of bool."""
    dashes = column.str.fullmatch(f"[-{MINUS_SIGNS}]+")
    return column.str.lower().isin(ABSENT) | dashes


def listed(names):
    """Names for a sentence: the first ones, and how many more there are."""
    shown = ", ".join(map(str, list(names)[:MAX_NAMES]))
    more = len(names) - MAX_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def _unique_names(header):
    """Column names, the second of one name as ``name (2)``."""
    names = []
    for name in header:
        number, unique = 1, name
        while unique in names:
            number += 1
            unique = f"{name} ({number})"
        names.append(unique)
    return names


def _lines(path):
    """Rows of cells that are not blank, each with its row number; and their separator."""
    try:
        lines, separator = read_rows(path, max_bytes=MAX_BYTES)
    except NoTable as found:
        raise TableProblem(
            f"{path} cannot be read: {found}. Save a workbook or another encoding as CSV in UTF-8."
        ) from None
    except OSError as error:
        raise TableProblem(f"{path} cannot be read: {error.strerror or error}.") from None
    if len(lines) < 2:
        raise TableProblem(f"{path} has no patient. Expected a row of names and a row for each.")
    return lines, separator
