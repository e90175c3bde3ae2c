"""A table's cells, each held to its column's schema, with every problem named at once.

Only the standard library, jsonschema and yaml are needed.
"""

import re
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from osteoct.numbers import decimal_sign, read_numbers
from osteoct.text_tables import NoTable, read_rows

SCHEMAS = Path(__file__).parents[3] / "schemas"
PATHS = ("ct", "mask", "mask_reader2", "automatic_mask")
PRIVATE = ("patient", *PATHS)
PLAIN = r"[a-z ]{1,20}|.{1,2}|[+-]?\d{1,3}([.,]\d+)?|inf|nan"  # no name, no number of a person
OWN_COLUMN = r"[a-z_ ]{1,30}"
DAY = r"\d{1,4}(?P<sign>[./-])\d{1,2}(?P=sign)\d{1,4}|\d{8}"
MAX_BYTES = 1 << 28
ROWS = {
    "participants": "expected one for each patient.",
    "qct": "expected T-scores. `make qct` fills it from a workstation's export; or write them in.",
}


def validated(path, schema_name):
    """Numbered, typed rows of a table, and what is wrong with its cells.

    Parameters
    ----------
    path : str or Path
        Tab-separated table.
    schema_name : {"participants", "qct"}

    Returns
    -------
    rows : list of (int, dict)
    problems : list of str
        Sentences with file, row, column, what was found and what is expected. What may name a
        person is not quoted.
    """
    schema = yaml.safe_load((SCHEMAS / f"{schema_name}.schema.yaml").read_text(encoding="utf-8"))
    lines, problems = _lines(path, schema_name)
    if problems:
        return [], problems
    header = [name.strip() for name in lines[0][1]]
    known = list(schema["properties"])
    if problems := _header_problems(path, header, schema["required"], known):
        return [], problems
    columns = _columns(header, [cells for _, cells in lines[1:]], schema["properties"])
    rows = []
    for number, cells in lines[1:]:
        if len(cells) != len(header):
            problems.append(
                f"{path}, row {number}: found {len(cells)} cells; expected {len(header)}, as in "
                "the header (a tab between every two, also where a cell is empty)."
            )
            continue
        row = dict.fromkeys(known)
        for name, cell in zip(header, cells, strict=True):
            row[name], is_good = columns[name][cell.strip()]
            if not is_good:
                expected = schema["properties"][name]["description"]
                problems.append(
                    f"{path}, row {number}, column {name}: found {_shown(name, cell.strip())}; "
                    f"expected {expected}."
                )
        rows.append((number, row))
    return rows, problems


def _columns(header, rows, properties):
    """Of each column: cell to its value, and whether the column's schema allows it."""
    cells = {
        name: list(dict.fromkeys(row[k].strip() for row in rows if k < len(row)))
        for k, name in enumerate(header)
    }
    numeric = [name for name in header if "number" in properties[name].get("type", ())]
    sign = decimal_sign(cell for name in numeric for cell in cells[name])
    found = {}
    for name in header:
        validator = Draft202012Validator(properties[name], format_checker=FormatChecker())
        values = cells[name]
        if name in numeric:
            numbers = read_numbers(cells[name], decimal=sign, accept=_within(properties[name]))
            pairs = zip(cells[name], numbers, strict=True)
            values = [cell if number is None else number for cell, number in pairs]
        typed = dict(zip(cells[name], values, strict=True)) | {"": None}
        found[name] = {cell: (value, validator.is_valid(value)) for cell, value in typed.items()}
    return found


def _within(schema):
    """A function of a number: the same, or None where a column cannot hold it."""
    validator = Draft202012Validator(schema)
    return lambda number: number if validator.is_valid(number) else None


def _shown(name, cell):
    """A wrong cell as a message may quote it: in a row that slipped, any cell may be a name."""
    if not cell:
        return "nothing"
    is_plain = re.fullmatch(f"{PLAIN}|{DAY}" if name.endswith("_date") else PLAIN, cell)
    return repr(cell) if is_plain and name not in PRIVATE else "text that is not shown"


def _lines(path, schema_name):
    """Rows of cells that are not blank, each with its row number; or why there are none."""
    if not str(path):
        return [], ["A table has no path; set cohort: participants and qct in the configuration."]
    try:
        lines, _ = read_rows(path, max_bytes=MAX_BYTES)
    except FileNotFoundError:
        return [], [f"{path}: there is no such file; expected a table (see docs/cohort.md)."]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return [], [f"{path}: cannot be read ({reason}); expected tab-separated text in UTF-8."]
    except NoTable as found:
        return [], [f"{path}: cannot be read ({found}); expected tab-separated text in UTF-8."]
    if len(lines) < 2:
        return [], [f"{path}: has no row below its header; {ROWS[schema_name]}"]
    return lines, []


def _header_problems(path, header, required, known):
    """What is wrong with the names of the columns."""
    if not set(header) & set(known):
        return [
            f"{path}, row 1: none of its {len(header)} cells names a column; expected a header row "
            f"with {', '.join(required)}, and tabs between the columns."
        ]
    found = [name for name in known if name in header]
    absent = [
        f"{path}, row 1: there is no column {name}; this table has the columns {', '.join(found)}."
        for name in required
        if name not in header
    ]
    unknown = [
        f"{path}, row 1: {_column(name, header, found)} is not known; expected {', '.join(known)}."
        for name in dict.fromkeys(header)
        if name not in known
    ]
    repeated = [
        f"{path}, row 1: {_column(name, header, found)} is there {header.count(name)} times; "
        "expected once."
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    return absent + unknown + repeated


def _column(name, header, found):
    """A column as a message may name it: among cells that are no columns one may be a person."""
    is_shown = name in found or (
        2 * len(found) >= len(header) and re.fullmatch(OWN_COLUMN, name) is not None
    )
    return f"the column {name!r}" if is_shown else f"column {header.index(name) + 1}"
