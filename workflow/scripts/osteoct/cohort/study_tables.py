"""The tables of a study made by new-study, as `make qct` reads and writes them back.

Every column stays, whatever a spreadsheet put between the cells.
"""

from datetime import date

from osteoct.cohort.qct_dates import read_dates
from osteoct.numbers import decimal_sign, read_numbers
from osteoct.text_tables import NoTable, read_rows

MAX_BYTES = 1 << 28


def read_study_table(path, needed):
    """Columns and rows of a table in TO.

    Parameters
    ----------
    path : Path
    needed : sequence of str
        Columns that must be there.

    Returns
    -------
    columns : list of str
    rows : list of dict of str to str

    Raises
    ------
    ValueError
        If there is no such table; the message quotes nothing of it.
    """
    try:
        rows, _ = read_rows(path, max_bytes=MAX_BYTES)
    except (OSError, NoTable):
        raise ValueError(
            f"TO has no readable {path.name}; expected a folder made by make new-study."
        ) from None
    columns = [name.strip() for name in rows[0][1]] if rows else []
    for name in needed:
        if columns.count(name) != 1:
            raise ValueError(
                f"{path.name} in TO has {columns.count(name) or 'no'} column {name}; expected one, "
                "in a header row as make new-study writes it, and tabs between the cells."
            )
    for number, cells in rows[1:]:
        if any(cell.strip() for cell in cells[len(columns) :]):
            raise ValueError(
                f"{path.name} in TO, row {number}: found {len(cells)} cells; expected "
                f"{len(columns)}, as in the header."
            )
    cells_of = [cells + [""] * (len(columns) - len(cells)) for _, cells in rows[1:]]
    rows = [dict(zip(columns, map(str.strip, cells), strict=False)) for cells in cells_of]
    return columns, rows


def mend_days(rows, column):
    """Write a column's days as 2024-03-31 where a spreadsheet saved them in one other way.

    Cells that are no day in any order stay as they are.

    Parameters
    ----------
    rows : list of dict of str to str
        Changed in place.
    column : str

    Raises
    ------
    ValueError
        If the order of day, month and year is open.
    """
    cells = [row.get(column, "") for row in rows]
    if all(day_of(cell) or not cell for cell in cells):
        return
    try:
        days = read_dates(cells)
    except ValueError:
        raise ValueError(
            f"participants.tsv in TO, column {column}: it is open which number is the day and "
            "which the month, or rows differ in that. Write the days as 2024-03-31."
        ) from None
    for row, day in zip(rows, days, strict=True):
        if day:
            row[column] = day.isoformat()


def day_of(text):
    """The day that a cell such as 2024-03-31 says, or None."""
    try:
        return date.fromisoformat(text or "") if len(text or "") == 10 else None
    except ValueError:
        return None


def measured(rows):
    """What each row of qct.tsv says, in a form that can be compared.

    Parameters
    ----------
    rows : list of dict

    Returns
    -------
    list of tuple
        Patient, side, region, BMD and T-score; a number that cannot be read stays text.
    """
    columns = []
    for name in ("bmd_g_cm2", "t_score"):
        cells = [str(row.get(name, "")) for row in rows]
        numbers = read_numbers(cells, decimal=decimal_sign(cells))
        pairs = zip(cells, numbers, strict=True)
        columns.append([cell if number is None else number for cell, number in pairs])
    places = [(row["patient"], row["side"], row["region"]) for row in rows]
    return [(*place, *pair) for place, *pair in zip(places, *columns, strict=True)]
