"""The cohort's two tables, read with every problem named at once.

Only the standard library, jsonschema and yaml are needed, so that the Snakefile can ask for the
patients before any job runs. The columns, their ranges and their meaning stand in
workflow/schemas/participants.schema.yaml and qct.schema.yaml.
"""

import csv
import math
import os
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, FormatChecker

SCHEMAS = Path(__file__).parents[3] / "schemas"
PATHS = ("ct", "mask", "mask_reader2")
PRIVATE = ("patient", *PATHS)
MOST_PRINTED = 50


class TableProblems(ValueError):
    """A table cannot be used; the message lists what is wrong, one problem a line."""

    def __init__(self, problems):
        shown = [f"  {problem}" for problem in problems[:MOST_PRINTED]]
        if more := len(problems) - len(shown):
            shown.append(f"  ... and {more} more.")
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"The cohort's tables have {count}:", *shown]))
        self.problems = problems


def read_participants(path, taken=()):
    """Read the screened patients.

    Parameters
    ----------
    path : str or Path
        Tab-separated table; its columns are those of participants.schema.yaml.
    taken : collection of str
        Patient names that another table uses already.

    Returns
    -------
    list of dict
        A dict for each row, in the table's order: numbers as float, dates as ISO text, missing
        values as None, paths as seen from the working directory.

    Raises
    ------
    TableProblems
        With every problem of the table: file, row, column, what was found, what is expected.
    """
    rows, problems = _participants(path, taken)
    return _rows_or_problems(rows, problems)


def read_qct(path, patients):
    """Read the reference measurements.

    Parameters
    ----------
    path : str or Path
        Tab-separated table; its columns are those of qct.schema.yaml.
    patients : collection of str
        The patients of the participants table.

    Returns
    -------
    list of dict
        A dict for each row, typed as by `read_participants`.

    Raises
    ------
    TableProblems
        With every problem of the table.
    """
    rows, problems = _measurements(path, patients)
    return _rows_or_problems(rows, problems)


def read_cohort(participants_path, qct_path):
    """Read both tables; the problems of both are raised together.

    Returns
    -------
    participants, measurements : list of dict
        As from `read_participants` and `read_qct`.

    Raises
    ------
    TableProblems
        With every problem of both tables.
    """
    participants, problems = _participants(participants_path, ())
    names = {row["patient"] for _, row in participants}
    measurements, more = _measurements(qct_path, names)
    if problems + more:
        raise TableProblems(problems + more)
    return [row for _, row in participants], [row for _, row in measurements]


def _rows_or_problems(rows, problems):
    if problems:
        raise TableProblems(problems)
    return [row for _, row in rows]


def _participants(path, taken):
    """Numbered rows and problems of a participants table."""
    rows, problems = _validated(path, "participants")
    taken = {name.lower() for name in taken}
    for number, row in rows:
        if str(row["patient"]).lower() in taken:
            problems.append(
                f"{path}, row {number}, column patient: {row['patient']!r} is a patient of the "
                "study's own table too; expected another name."
            )
        for column in PATHS:
            if row[column]:
                row[column] = os.path.normpath(Path(path).parent / row[column])
    problems += _repeats(path, rows, ["patient"], "one row for each patient (in any case)")
    return rows, problems


def _measurements(path, patients):
    """Numbered rows and problems of a QCT table."""
    rows, problems = _validated(path, "qct")
    for number, row in rows:
        if row["patient"] not in patients:
            problems.append(
                f"{path}, row {number}, column patient: found {row['patient']!r}; expected a "
                "patient of the participants table."
            )
        if row["bmd_g_cm2"] is None and row["t_score"] is None:
            problems.append(
                f"{path}, row {number}, columns bmd_g_cm2 and t_score: both are empty; expected "
                "a number in one of them, or no row."
            )
    key = ["patient", "side", "region"]
    return rows, problems + _repeats(path, rows, key, "one row for each patient, side and region")


def _repeats(path, rows, key, expected):
    """Problems of rows that say again what an earlier row said."""
    first, problems = {}, []
    for number, row in rows:
        name = tuple(str(row[column]).lower() for column in key)
        if None not in (row[column] for column in key) and name in first:
            found = " ".join(str(row[column]) for column in key)
            problems.append(
                f"{path}, row {number}, column {', '.join(key)}: {found} is in row {first[name]} "
                f"already; expected {expected}."
            )
        first.setdefault(name, number)
    return problems


def _validated(path, schema_name):
    """Numbered, typed rows of a table, and what is wrong with its cells."""
    schema = yaml.safe_load((SCHEMAS / f"{schema_name}.schema.yaml").read_text(encoding="utf-8"))
    lines, problems = _lines(path)
    if problems:
        return [], problems
    header = [name.strip() for name in lines[0][1]]
    if problems := _header_problems(path, header, schema["required"]):
        return [], problems
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    rows = []
    for number, cells in lines[1:]:
        if len(cells) != len(header):
            problems.append(
                f"{path}, row {number}: found {len(cells)} cells; expected {len(header)}, as in "
                "the header (a tab between every two, also where a cell is empty)."
            )
            continue
        written = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        row = {name: _typed(cell, schema["properties"][name]) for name, cell in written.items()}
        rows.append((number, row))
        wrong = sorted({error.path[0] for error in validator.iter_errors(row)}, key=header.index)
        for name in wrong:
            found = _shown(name, written[name])
            expected = schema["properties"][name]["description"]
            problems.append(
                f"{path}, row {number}, column {name}: found {found}; expected {expected}."
            )
    return rows, problems


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
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter="\t", strict=True)
            lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except FileNotFoundError:
        return [], [f"{path}: there is no such file; expected a table (see config/README.md)."]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"
        return [], [f"{path}: cannot be read ({reason}); expected tab-separated text in UTF-8."]
    if len(lines) < 2:
        return [], [f"{path}: has no patient; expected a header row and at least one row."]
    return lines, []


def _header_problems(path, header, columns):
    """What is wrong with the names of the columns."""
    if len(header) == 1 and len(columns) > 1:
        return [f"{path}: the header has one column; expected tabs (not commas) between columns."]
    told = f"this table has the columns {', '.join(header)}"
    absent = [
        f"{path}, row 1: there is no column {name}; {told}."
        for name in columns
        if name not in header
    ]
    unknown = [
        f"{path}, row 1: the column {name!r} is not known; expected {', '.join(columns)}."
        for name in dict.fromkeys(header)
        if name not in columns
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
