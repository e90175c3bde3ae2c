"""Numbers as people and programs write them: one reader for all tables.

A comma may be a decimal sign or stand between thousands, and so may a point. What one cell leaves
open is decided by its column, then by its table; what stays open is not read.
"""

import re

ABSENT = ("", "na", "n/a", "nan", "null", "<na>", "-", ".", "?", "#n/a", "#div/0!", "#value!")
MINUS_SIGNS = "\u2212\u2013\u2014\u2012\u2010\u2011\ufe63\uff0d"  # en dash and the like
BLANKS = "\u00a0\u2007\u2009\u202f"  # between thousands
PLAIN = str.maketrans(
    dict.fromkeys(MINUS_SIGNS, "-") | dict.fromkeys(BLANKS, " ") | {"’": "'", "\uff0e": "."}
)
NUMBER = re.compile(r"([+-]?) ?((?=[.,]?\d)\d*(?:[ ',.]\d+)*[.,]?)(e[+-]?\d+)?", re.IGNORECASE)
GROUPED = re.compile(r"[1-9]\d{0,2}([ ',.])\d{3}(?:\1\d{3})*", re.ASCII)
MIN_GROUPED = 10  # cells with a point; fewer may by chance have three decimals each
MIN_UNGROUPED = 100  # a whole number as large as this beside them: nobody wrote decimals


def is_no_value(cell):
    """Whether a cell says that there is no value: empty, NA, or a dash of any length.

    Examples
    --------
    >>> is_no_value("n/a"), is_no_value(" – "), is_no_value("0")
    (True, True, False)
    """
    plain = cell.strip().translate(PLAIN).lower()
    return plain in ABSENT or not plain.strip("-")


def decimal_sign(cells):
    """The decimal sign of a table, from cells that can be read with one sign only.

    Parameters
    ----------
    cells : iterable of str
        Texts are passed over.

    Returns
    -------
    str
        ``.`` or ``,``; empty if no cell tells, or if cells disagree.

    Examples
    --------
    >>> decimal_sign(["1,446", "0.61", "Neck"]), decimal_sign(["1,446"])
    ('.', '')
    """
    signs = set()
    for cell in cells:
        signs |= _told_by(_readings(cell))
        if len(signs) == 2:
            return ""
    return "".join(signs)


def read_numbers(cells, *, decimal="", accept=None):
    """Numbers of one column.

    Parameters
    ----------
    cells : sequence of str
    decimal : {"", ".", ","}
        The table's decimal sign, if something else tells it; the column itself comes first.
    accept : callable, optional
        Of a number, what it is in the table's unit, or None where it cannot be meant. Of two
        possible readings the only one that can be meant is taken.

    Returns
    -------
    list of (float or None)
        None where there is no number, or where two readings are possible.

    Examples
    --------
    >>> read_numbers(["1,446", "802,5", "–2", "1.5 or so"])
    [1.446, 802.5, -2.0, None]
    >>> read_numbers(["1,446", "802"], decimal=".")
    [1446.0, 802.0]
    """
    readings = [_readings(cell) for cell in cells]
    told = set().union(*(_told_by(found) for found in readings))
    if told:
        decimal = told.pop() if len(told) == 1 else ""
    else:
        decimal = _unless_grouped(cells, readings, decimal)
    return [_chosen(found, decimal, accept) for found in readings]


def _readings(cell):
    """What a cell may say: decimal sign to number, of the two signs those that are possible."""
    match = NUMBER.fullmatch(cell.strip().translate(PLAIN))
    if not match or not match[0].isascii():
        return {}
    sign, body, power = match.groups()
    found = {}
    for decimal in ".,":
        whole, _, fraction = body.partition(decimal)
        if GROUPED.fullmatch(whole) and decimal not in whole and not power:
            whole = re.sub(r"\D", "", whole)
        if re.fullmatch(r"\d*", whole) and re.fullmatch(r"\d*", fraction):
            found[decimal] = float(f"{sign}{whole or 0}.{fraction or 0}{power or ''}")
    return found


def _told_by(readings):
    """The decimal sign that a cell's readings prove, as a set of one or none."""
    return set(readings) if len(readings) == 1 else set()


def _unless_grouped(cells, readings, decimal):
    """The decimal sign of a column without proof of its own; empty if its cells contradict it.

    Cells such as 1,446, and beside them 802 but no 1446: the sign stands between thousands.
    """
    open_cells = [k for k, found in enumerate(readings) if len(set(found.values())) == 2]
    signs = {"," if "," in cells[k] else "." for k in open_cells}
    if len(signs) != 1:
        return decimal
    between = signs.pop()
    other = "," if between == "." else "."
    whole = [abs(found["."]) for found in readings if len(set(found.values())) == 1]
    looks_grouped = MIN_UNGROUPED <= max(whole, default=0) < 1000
    if max(whole, default=0) >= 1000 and decimal == other:
        return ""  # 1446 beside 1,446
    if looks_grouped and decimal != other and (between == "," or len(open_cells) >= MIN_GROUPED):
        return "" if decimal == between else other
    return decimal or ("." if between == "." else "")


def _chosen(readings, decimal, accept):
    """The number that a cell's readings leave, or None."""
    values = {key: accept(value) if accept else value for key, value in readings.items()}
    values = {key: value for key, value in values.items() if value is not None}
    if len(set(values.values())) == 1:
        return next(iter(values.values()))
    return values.get(decimal)
