"""A QCT workstation's export as measurements.

Exports come with semicolons, commas or tabs, with decimal points or commas, with one row for each
region or a column for each, with dates in any order, and with several scans of a patient.
"""

from collections import Counter
from pathlib import Path

from osteoct.cohort.qct_columns import (
    REGIONS,
    SIDES,
    describe_columns,
    known,
    plain,
    reader_of,
)
from osteoct.cohort.qct_dates import read_dates
from osteoct.numbers import decimal_sign, is_no_value, read_numbers
from osteoct.text_tables import NoTable, read_rows

MAX_BYTES = 256 << 20
UNKNOWN_COLUMNS = (
    "columns of BMD or T-scores not read: their names say no known region, or an earlier one has it"
)
EMPTY = {"bmd_g_cm2": "", "t_score": ""}


def read_export(path, *, order=""):
    """Measurements of an export, one for each patient, scan, side and region.

    Parameters
    ----------
    path : str or Path
    order : {"", "ymd", "dmy", "mdy"}
        Of day, month and year, where the dates themselves do not tell.

    Returns
    -------
    measurements : list of dict
        `id` (as the hospital writes it), `date`, `side`, `region`, `bmd_g_cm2`, `t_score`.
    skipped : collections.Counter
        Why rows or cells were not taken, and how many.

    Raises
    ------
    ValueError
        If the file is no such table, or its dates are not those of one order; the message names
        no patient.
    """
    header, rows = _rows(path)
    places, quantities, unknown = describe_columns(header)
    absent = [what for what in ("id", "date", "side") if places[what] is None]
    if absent or not quantities:
        raise ValueError(
            f"The QCT export has no column for {', '.join(absent) or 'the region'}; expected "
            "patient id, scan date, side, and a region with BMD and T-score."
        )
    _require_one_meaning(header, rows, [*places.values(), *quantities])
    dates = read_dates([_cell(cells, places["date"]) for _, cells in rows], order)
    numbers, skipped = _numbers(rows, quantities)
    measurements = []
    for k, (_, cells) in enumerate(rows):
        common = _common(cells, places, dates[k])
        if isinstance(common, str):
            skipped[common] += 1
            continue
        values = {place: numbers[place][k] for place in quantities}
        found = _of_row(known(_cell(cells, places["region"]), REGIONS), quantities, values)
        skipped["no known region or no number"] += not found
        measurements += [common | one for one in found]
    if unknown:
        skipped[UNKNOWN_COLUMNS] = len(unknown)
    return measurements, +skipped


def _rows(path):
    """Header, and numbered rows."""
    path = Path(path)
    if not path.is_file():
        raise ValueError("The QCT export is not there.")
    try:
        rows, _ = read_rows(path, max_bytes=MAX_BYTES, encoding="cp1252", separators=";\t,")
    except NoTable as found:
        raise ValueError(f"The QCT export cannot be read: {found}.") from None
    if len(rows) < 2 or len(rows[0][1]) < 4:
        raise ValueError("The QCT export is no table: expected a header row and rows below it.")
    return rows[0][1], rows[1:]


def _require_one_meaning(header, rows, read):
    """Reject an export where a column that is read is there twice, with other cells."""
    names = [plain(name) for name in header]
    twice = [
        (place, other)
        for other, name in enumerate(names)
        for place in read
        if place is not None and place < other and names[place] == name
    ]
    for place, other in twice:
        if any(_cell(cells, place) != _cell(cells, other) for _, cells in rows):
            raise ValueError(
                f"The QCT export has the same name over columns {place + 1} and {other + 1}, and "
                "their cells differ. Leave out the one that is not meant."
            )


def _numbers(rows, quantities):
    """Numbers of each column of BMD or T-scores, and how many cells hold something else."""
    columns = {place: [_cell(cells, place) for _, cells in rows] for place in quantities}
    sign = decimal_sign(cell for column in columns.values() for cell in column)
    numbers, unread = {}, []
    for place, column in columns.items():
        accept = reader_of(*quantities[place][1:])
        numbers[place] = read_numbers(column, decimal=sign, accept=accept)
        cells = zip(rows, column, numbers[place], strict=True)
        unread += [
            (number, place + 1)
            for (number, _), cell, value in cells
            if value is None and not is_no_value(cell)
        ]
    skipped = Counter()
    if unread:
        row, column = min(unread)
        what = f"numbers not read, the first one in row {row}, column {column}"
        skipped[what] = len(unread)
    return numbers, skipped


def _cell(cells, place):
    """The cell at a place, empty where the row has no such cell."""
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _common(cells, places, day):
    """Patient, day and side of a row, or why it is not taken."""
    side = known(_cell(cells, places["side"]), SIDES)
    identifier = _cell(cells, places["id"])
    if not identifier:
        return "no patient"
    if day is None:
        return "no readable date"
    return {"id": identifier, "date": day, "side": side} if side else "no side"


def _of_row(region, quantities, values):
    """Measurements of a row: of its one region, or of each region that has a column."""
    found = {}
    for place, (of_column, what, _) in quantities.items():
        if (place_of := of_column or region) and values[place] is not None:
            found.setdefault(place_of, dict(EMPTY))[what] = values[place]
    return [{"region": name, **found[name]} for name in sorted(found)]
