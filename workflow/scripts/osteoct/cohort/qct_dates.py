"""Days of a column of dates: one order of day, month and year for all its rows.

04/03/2024 is 4 March in one hospital and 3 April in another. The whole column tells which, or
nobody: then the days are not read.
"""

import re
from datetime import date, timedelta

ORDERS = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}
TIME = r"(?:[ T,]+\d.*)?"
NUMBERS = re.compile(r"(\d{1,4})([./ -])\s?(\d{1,2})\2\s?(\d{4}|\d{1,2})\.?" + TIME, re.ASCII)
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{4}(?:\d\d)?(?:\.\d+)?)?" + TIME, re.ASCII)
NAMED = re.compile(
    r"(?:(\d{1,2})[. /-]*([^\W\d_]{3,10})|([^\W\d_]{3,10})[. ]*(\d{1,2})(?:st|nd|rd|th)?)[, ./-]+"
    r"(\d{4}|\d\d)" + TIME + r"|(\d\d)([a-z]{3})(\d{4}|\d\d)(?:[ :]\d.*)?",
    re.IGNORECASE,
)
SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?", re.ASCII)
SERIAL_ZERO, SERIALS = date(1899, 12, 30), range(29221, 73051)  # Excel's days of 1980 to 2099
MONTHS = [  # first letters in English, German, French, Italian and Spanish
    *("jan|gen|ene", "feb|fév|fev", "mar|mär|mrz", "apr|avr|abr", "may|mai|mag", "jun|juin|giu"),
    *("jul|juil|lug", "aug|aoû|aou|ago", "sep|set", "oct|okt|ott", "nov", "dec|dez|déc|dic"),
]
CENTURY_TURNS = 69  # as POSIX has it: 69 to 99 are of the last century


def read_dates(cells, order=""):
    """Days of a column.

    Parameters
    ----------
    cells : sequence of str
        Times of day are passed over.
    order : {"", "ymd", "dmy", "mdy"}
        Of day, month and year; without it the column has to tell.

    Returns
    -------
    list of (datetime.date or None)
        None where a cell is no day in any order.

    Raises
    ------
    ValueError
        If no order or several orders fit all rows; the message has two of the dates.

    Examples
    --------
    >>> [str(day) for day in read_dates(["04/03/2024", "03/25/2024 10:30"])]
    ['2024-04-03', '2024-03-25']
    """
    if order and order not in ORDERS:
        raise ValueError("DATES is not known; expected mdy, dmy or ymd.")
    found = [_readings(cell) for cell in cells]
    dated = {cell: days for cell, (_, days) in zip(cells, found, strict=True) if days}
    kinds = {kind: cell for cell, (kind, days) in zip(cells, found, strict=True) if days}
    if len(kinds) > 1 and (not order or "serial" in kinds):
        raise ValueError(_refusal(list(kinds.values())[:2], "are written in different ways"))
    fitting = [name for name in ORDERS if all(name in days for days in dated.values())]
    if order and order not in fitting:
        against = next(cell for cell, days in dated.items() if order not in days)
        raise ValueError(f"DATES={order} does not fit {_day_of(against)}, a date of the export.")
    fitting = [order] if order else _without_unusual(fitting, dated)
    if not fitting:
        raise ValueError(_refusal(_examples(dated), "have no order in common"))
    if len({tuple(days[name] for days in dated.values()) for name in fitting}) > 1:
        meant = " or ".join(ORDERS[name] for name in fitting)
        raise ValueError(_refusal(_examples(dated), f"may be {meant}"))
    return [days.get(fitting[0]) for _, days in found]


def _readings(cell):
    """How a cell is written, and the days it may mean: order to day, none if it is no day."""
    text = " ".join(cell.split())
    if match := COMPACT.fullmatch(text):
        day = _day(*match.groups())
        return "year first", dict.fromkeys(ORDERS, day) if day else {}
    if match := SERIAL.fullmatch(text):
        number = int(match[1])
        day = SERIAL_ZERO + timedelta(number)
        return "serial", dict.fromkeys(ORDERS, day) if number in SERIALS else {}
    if match := NAMED.fullmatch(text):
        month = _month(match[2] or match[3] or match[7])
        day = _day(match[5] or match[8], month, match[1] or match[4] or match[6])
        return "named", dict.fromkeys(ORDERS, day) if day else {}
    if match := NUMBERS.fullmatch(text):
        first, sign, second, third = match.groups()
        if len(first) > 2:
            day = _day(first, second, third) if len(first) == 4 and len(third) < 3 else None
            return "year first", dict.fromkeys(ORDERS, day) if day else {}
        return f"{sign}{len(third) > 2}", _of_three(first, second, third)
    return "", {}


def _of_three(first, second, third):
    """Days that three numbers may mean, by order."""
    days = {"dmy": _day(third, second, first), "mdy": _day(third, first, second)}
    if len(third) < 3:
        days["ymd"] = _day(first, second, third)
    return {order: day for order, day in days.items() if day}


def _without_unusual(fitting, dated):
    """Orders that fit, less those that nobody writes in this way if another one fits.

    With points the day is first (DIN 5008). Of years with two digits the place that varies less
    has the year; where both vary alike it is first only between hyphens.
    """
    numbers = [NUMBERS.fullmatch(" ".join(cell.split())) for cell in dated]
    if len(fitting) < 2 or not numbers or not all(numbers) or len(numbers[0][1]) == 4:
        return fitting
    sign = numbers[0][2]
    first, last = (len({match[place] for match in numbers}) for place in (1, 4))
    if first > last or (first == last and sign != "-"):
        fitting = [order for order in fitting if order != "ymd"]
    if sign == "." and "dmy" in fitting:
        fitting = [order for order in fitting if order != "mdy"]
    return fitting


def _day(year, month, day):
    """A day, or None if there is no such day."""
    year = int(year) + (0 if len(str(year)) == 4 else 1900 + 100 * (int(year) < CENTURY_TURNS))
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


def _month(name):
    """Number of a month by the first letters of its name; 0 if it is none."""
    places = (k for k, names in enumerate(MONTHS, 1) if re.match(names, name.lower()))
    return next(places, 0)


def _examples(dated):
    """Two dates that show what is wrong: of which no order is common, or the first two."""
    cells = list(dated)
    for cell in cells[1:]:
        if not set(dated[cells[0]]) & set(dated[cell]):
            return cells[0], cell
    narrow = sorted(cells, key=lambda cell: len(dated[cell]))
    for cell in narrow[1:]:
        if not set(dated[narrow[0]]) & set(dated[cell]):
            return narrow[0], cell
    return cells[:2]


def _refusal(examples, why):
    """The sentence with which a column is refused."""
    shown = " and ".join(map(_day_of, examples))
    return (
        f"The dates of the export cannot be read: {shown} {why}. Say the order of day, month and "
        "year, DATES=mdy, DATES=dmy or DATES=ymd, or export them as 2024-03-31."
    )


def _day_of(cell):
    """A date as a message quotes it, without the time of day."""
    text = " ".join(cell.split())
    if SERIAL.fullmatch(text):
        return "a spreadsheet's day number"
    return re.split(r"[ T](?=\d{1,2}[:.h]?\d\d)", text)[0][:12]
