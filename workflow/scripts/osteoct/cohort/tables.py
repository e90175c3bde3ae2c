"""The cohort's two tables, read with every problem named at once.

The Snakefile asks for the patients before any job runs. The columns, their ranges and their meaning
stand in workflow/schemas/participants.schema.yaml and qct.schema.yaml.
"""

import os
from pathlib import Path

from osteoct.cohort.cells import PATHS, validated

MAX_PRINTED = 50


class TableProblems(ValueError):
    """A table cannot be used; the message lists what is wrong, one problem a line."""

    def __init__(self, problems):
        shown = [f"  {problem}" for problem in problems[:MAX_PRINTED]]
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
        values and columns that are left out as None, paths as seen from the working directory.

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
    rows, problems = validated(path, "participants")
    taken = {name.lower() for name in taken}
    for number, row in rows:
        if str(row["patient"]).lower() in taken:
            problems.append(
                f"{path}, row {number}, column patient: is a patient of the study's own "
                "table too; expected another name."
            )
        for column in PATHS:
            if row[column]:
                row[column] = os.path.normpath(Path(path).parent / row[column])
    problems += _repeats(path, rows, ["patient"], "one row for each patient (in any case)")
    return rows, problems


def _measurements(path, patients):
    """Numbered rows and problems of a QCT table."""
    rows, problems = validated(path, "qct")
    for number, row in rows:
        if row["patient"] not in patients:
            problems.append(
                f"{path}, row {number}, column patient: found text that is not shown; "
                "expected a patient of the participants table."
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
            problems.append(
                f"{path}, row {number}, column {', '.join(key)}: says the same as row "
                f"{first[name]}; expected {expected}."
            )
        first.setdefault(name, number)
    return problems
