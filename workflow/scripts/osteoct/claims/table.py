"""A table of printed claims, read as text with every problem named at once."""

import re

from osteoct.claims.intervals import NAMES
from osteoct.tables import read_text_table

COLUMNS = (
    *("source", "cohort", "class", "measure", "estimate", "low", "high", "sd"),
    *("patients", "successes", "trials", "stated_method"),
)
COUNTED = ("screened", "excluded", "included", "patients")
PROPORTIONS = ("sensitivity", "specificity", "accuracy", "ppv", "npv")
MEASURES = ("auc", *PROPORTIONS, "dice", *COUNTED)
NUMBER, COUNT = r"-?\d+(?:\.\d+)?", r"\d+"


def read_claims(path):
    """Read printed claims as text, so that "0.960" keeps its last digit; empty where empty.

    Parameters
    ----------
    path : str
        CSV with the columns `COLUMNS`, one row for each printed number; docs/methods.md says what
        each holds.

    Returns
    -------
    DataFrame of str

    Raises
    ------
    ValueError
        With every problem of the table: row, column, what was found, what is expected.
    """
    claims = read_text_table(path)
    if absent := [name for name in COLUMNS if name not in claims]:
        raise ValueError(f"{path} has no column {absent}; it has {list(claims.columns)}.")
    claims = claims[list(COLUMNS)].apply(lambda column: column.str.strip())
    if problems := list(problems_of(claims)):
        raise ValueError("\n  ".join([f"{path} has {len(problems)} problems:", *problems]))
    return claims


def problems_of(claims):
    """What is wrong with the cells of a table of claims: a sentence each."""
    for number, row in enumerate(claims.to_dict("records"), start=2):
        for column, expected in wrong_cells(row):
            found = repr(row[column]) if row[column] else "nothing"
            yield f"row {number}, column {column}: found {found}; expected {expected}."


def wrong_cells(row):
    """Columns of one claim that do not hold what they should, and what that is."""
    proportion = row["measure"] in ("auc", *PROPORTIONS, "dice")
    if row["measure"] not in MEASURES:
        yield "measure", f"one of {', '.join(MEASURES)}"
    if not re.fullmatch(COUNT if row["measure"] in COUNTED else NUMBER, row["estimate"]):
        yield "estimate", "the printed number"
    elif proportion and not 0 <= float(row["estimate"]) <= 1:
        yield "estimate", "a proportion from 0 to 1 (write 81.0 % as 0.810)"
    for limit, other in (("low", "high"), ("high", "low")):
        if (row[limit] or row[other]) and not re.fullmatch(NUMBER, row[limit]):
            yield limit, "a printed limit, or nothing for both limits"
    if row["measure"] == "dice" and not re.fullmatch(NUMBER, row["sd"]):
        yield "sd", "the printed standard deviation of the Dice coefficient"
    for column in ("patients", "successes", "trials"):
        if row[column] and not re.fullmatch(COUNT, row[column]):
            yield column, "a whole number, or nothing"
    if row["stated_method"] and row["stated_method"] not in NAMES:
        yield "stated_method", f"one of {', '.join(NAMES)}, or nothing"
