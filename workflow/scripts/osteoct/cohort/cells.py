"""A table's cells, each held to its column's schema, with every problem named at once.

Only the standard library, jsonschema and yaml are needed.
"""

import csv
import math
from functools import lru_cache
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, FormatChecker

SCHEMAS = Path(__file__).parents[3] / "schemas"
PATHS = ("ct", "mask", "mask_reader2", "automatic_mask")
PRIVATE = ("patient", *PATHS)
CELLS_REMEMBERED = 1 << 16  # of a column; most cells of a long table are like an earlier one
MAX_BYTES = 1 << 28


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
    lines, problems = _lines(path)
    if problems:
        return [], problems
    header = [name.strip() for name in lines[0][1]]
    known = list(schema["properties"])
    if problems := _header_problems(path, header, schema["required"], known):
        return [], problems
    columns = {name: _column(schema["properties"][name]) for name in header}
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
            row[name], is_good = columns[name](cell.strip())
            if not is_good:
                expected = schema["properties"][name]["description"]
                problems.append(
                    f"{path}, row {number}, column {name}: found {_shown(name, cell.strip())}; "
                    f"expected {expected}."
                )
        rows.append((number, row))
    return rows, problems


def _column(schema):
    """A function of a cell's text: its value, and whether the column's schema allows it."""
    validator = Draft202012Validator(schema, format_checker=FormatChecker())

    @lru_cache(CELLS_REMEMBERED)
    def value_of(cell):
        value = _typed(cell, schema)
        return value, validator.is_valid(value)

    return value_of


def _shown(name, cell):
    """A wrong cell as a message may quote it: names and paths may tell who the patient is."""
    if not cell:
        return "nothing"
    return "text that is not shown" if name in PRIVATE else repr(cell)


def _lines(path):
    """Rows of cells that are not blank, each with its row number; or why there are none."""
    if not str(path):
        return [], ["A table has no path; set cohort: participants and qct in the configuration."]
    try:
        if Path(path).stat().st_size > MAX_BYTES:
            return [], [f"{path}: has more than {MAX_BYTES >> 20} MiB; expected a table."]
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter="\t", strict=True)
            lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except FileNotFoundError:
        return [], [f"{path}: there is no such file; expected a table (see docs/cohort.md)."]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"
        return [], [f"{path}: cannot be read ({reason}); expected tab-separated text in UTF-8."]
    if len(lines) < 2:
        return [], [f"{path}: has no patient; expected a header row and at least one row."]
    return lines, []


def _header_problems(path, header, required, known):
    """What is wrong with the names of the columns."""
    if len(header) == 1 and len(required) > 1:
        return [f"{path}: the header has one column; expected tabs (not commas) between columns."]
    known_columns = f"this table has the columns {', '.join(header)}"
    absent = [
        f"{path}, row 1: there is no column {name}; {known_columns}."
        for name in required
        if name not in header
    ]
    unknown = [
        f"{path}, row 1: the column {name!r} is not known; expected {', '.join(known)}."
        for name in dict.fromkeys(header)
        if name not in known
    ]
    repeated = [
        f"{path}, row 1: the column {name} is there {header.count(name)} times; expected once."
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    return absent + unknown + repeated


def _typed(cell, schema):
    """A cell as number, text or None; what does not look like a number stays text."""
    if cell == "":
        return None
    if "number" not in schema.get("type", ()):
        return cell
    try:
        number = float(cell)
    except ValueError:
        return cell
    return number if math.isfinite(number) and "_" not in cell else cell
