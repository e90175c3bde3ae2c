"""What each column of a table is for: class, patient, cohort, age, sex, feature, or set aside."""

import re

import numpy as np
import pandas as pd

from osteoct.feature_table.cells import TableProblem, is_absent, listed, numbers_of, open_numbers
from osteoct.feature_table.identifiers import BY_NAME, names_a_person
from osteoct.numbers import read_numbers

FEATURE, ASIDE = "feature", "set aside"
ROLES = ("label", "id", "cohort", "age", "sex")
RECOGNISED = {"age": ("age",), "sex": ("sex", "gender")}
NUMBERED = re.compile(
    r"unnamed: ?\d+|(patient|subject|case|participant)|"
    r"((patient|subject|case|participant|study|sample|record|row)[ _.-]?)?(id|no|nr|number|index)",
    flags=re.IGNORECASE,
)
DIAGNOSTICS = "diagnostics_"
TWO_MEANINGS = "signs that may stand between thousands or before decimals"
PYRADIOMICS = r"original|wavelet|log-sigma|square|logarithm|exponential|gradient|lbp"
PATIENT_NAMES = re.compile(
    r"(patient|subject|case|participant)[ _.-]?(id|no|nr|number|name)?", flags=re.IGNORECASE
)


def roles_of(names, named):
    """Which column has each role that the settings give, or that its name makes plain.

    Parameters
    ----------
    names : sequence of str
        The table's columns.
    named : dict
        `label`, `id`, `cohort`, `age`, `sex`: names of columns, empty for none; a column called
        age, sex or gender needs no naming. `ignore`: columns that must have no role.

    Returns
    -------
    dict of str to str
        Role to column, for the roles that are taken.

    Raises
    ------
    TableProblem
        If a column that is named does not exist or is there twice, or has two roles.
    """
    taken = {role: named[role] for role in ROLES if named[role]}
    for role, column in [*taken.items(), *(("ignore", one) for one in named["ignore"])]:
        if column not in names:
            raise TableProblem(
                f"There is no column {column!r} ({role.upper()}=); the table has {_known(names)}."
            )
        if role != "ignore" and f"{column} (2)" in names:
            raise TableProblem(
                f"The column {column!r} ({role.upper()}=) is there more than once. Rename one."
            )
    for role, spellings in RECOGNISED.items():
        found = [n for n in names if n.lower() in spellings and n not in named["ignore"]]
        if role not in taken and found and found[0] not in taken.values():
            taken[role] = found[0]
    used = [*taken.values(), *(set(named["ignore"]) & set(taken.values()))]
    if len(set(used)) < len(used):
        remarks = ", ".join(f"{role.upper()}={column}" for role, column in taken.items())
        raise TableProblem(f"One column cannot have two roles, or one and be ignored: {remarks}.")
    return taken


def _known(names):
    """The columns' names; not of a table without a row of names, whose first row is a patient."""
    if any(number is not None for number in read_numbers(list(names))):
        return f"{len(names)} columns, and numbers in the first row where names are expected"
    return listed(names)


def likely_labels(cells, *, most):
    """Columns with few different values, of which one may be the class.

    Parameters
    ----------
    cells : DataFrame of str
    most : int
        Different values.

    Returns
    -------
    list of str
    """
    counts = cells.where(~cells.apply(is_absent)).nunique()
    return list(counts.index[counts.between(2, most)])


def warnings_of(cells, columns):
    """What may go wrong without anybody noticing: patients in several rows, outcomes as features.

    Parameters
    ----------
    cells : DataFrame of str
    columns : DataFrame
        From `sort_columns`.

    Returns
    -------
    list of str
    """
    remarks = []
    for name in columns["column"][columns["role"] == ASIDE]:
        named = cells[name][~is_absent(cells[name])]
        if PATIENT_NAMES.fullmatch(name) and named.nunique() < len(named):
            remarks.append(
                f"Careful: {name} has {named.nunique()} names in {len(named)} rows. Rows of one "
                "patient in two cohorts make a test worthless; give one row for each patient."
            )
    features = columns["column"][columns["role"] == FEATURE]
    known = features.str.match(PYRADIOMICS)
    if known.any() and not known.all():
        remarks.append(
            f"Features that pyradiomics does not name: {listed(features[~known])}. Leave out with "
            "IGNORE= what comes from the diagnosis or after it."
        )
    return remarks


def sort_columns(cells, roles, classes_of_rows, ignored=()):
    """What every column is, and the features.

    Parameters
    ----------
    cells : DataFrame of str
        From `cells.read_cells`.
    roles : dict of str to str
        From `roles_of`.
    classes_of_rows : Series of str
        The class of each row, nan where it is unknown.
    ignored : sequence of str
        Columns that the user does not want.

    Returns
    -------
    features : DataFrame of float
        May hold nan and infinite values.
    columns : DataFrame
        `column`, `role` and `remark`, one row for each column of the table.

    Raises
    ------
    TableProblem
        If fewer than two columns are features.
    """
    of_column = {column: role for role, column in roles.items()}
    rows, kept = [], {}
    for name in cells:
        if name in of_column:
            rows.append((name, of_column[name], ""))
            continue
        values, texts = numbers_of(cells[name], decimal=cells.attrs["decimal"])
        reason = _reason_against(name, values, texts, classes_of_rows)
        if texts and open_numbers(cells[name], values) == texts:
            reason = TWO_MEANINGS
        if name in ignored:
            reason = "as asked"
        if not reason:
            kept[name] = values
        rows.append((name, ASIDE if reason else FEATURE, reason or _remark(values)))
    columns = pd.DataFrame(rows, columns=["column", "role", "remark"])
    if len(kept) < 2:
        raise TableProblem(
            f"{len(kept)} of {len(cells.columns)} columns can be features; two or more are needed. "
            f"Set aside: {listed([f'{c} ({r})' for c, o, r in rows if o == ASIDE])}."
        )
    return pd.DataFrame(kept), columns


def check_usable_features(features, *, max_missing_fraction):
    """Raise where no feature can be used.

    Parameters
    ----------
    features : DataFrame of float
        Of the training patients.
    max_missing_fraction : float in [0, 1)

    Raises
    ------
    TableProblem
        If none has enough values that differ.
    """
    finite = features.where(np.isfinite(features))
    enough = finite.isna().mean() <= max_missing_fraction
    varying = finite.nunique() > 1
    if not (enough & varying).any():
        raise TableProblem(
            f"Of {len(enough)} features {int((~enough).sum())} lack more than "
            f"{max_missing_fraction:.0%} of their values among the training patients, and "
            f"{int((enough & ~varying).sum())} have one value only. Leave out patients who lack "
            "values, or raise feature_table: max_missing_fraction in the settings (CONFIG=)."
        )


def _reason_against(name, values, texts, classes_of_rows):
    """Why a column is no feature, or an empty text."""
    if name.startswith(DIAGNOSTICS):
        return "says how pyradiomics measured"
    if names_a_person(name) and not NUMBERED.fullmatch(name):
        return BY_NAME
    if texts:
        return f"text in {texts} of {len(values)} rows"
    finite = values[np.isfinite(values)]
    if not finite.size:
        return "empty"
    if NUMBERED.fullmatch(name) or _counts_rows(values):
        return "numbers the rows"
    if _identifies_class(values, classes_of_rows):
        return "one value for each class: it is the class itself"
    return ""


def _remark(values):
    """What a feature lacks."""
    lacking, infinite = int(np.isnan(values).sum()), int(np.isinf(values).sum())
    remarks = [f"{lacking} missing"] * (lacking > 0) + [f"{infinite} infinite"] * (infinite > 0)
    return ", ".join(remarks)


def _counts_rows(values):
    """Whether the values are the whole numbers from some first one on, each once."""
    if not np.isfinite(values).all() or len(values) < 3:
        return False
    return np.array_equal(np.sort(values), values.min() + np.arange(len(values)))


def _identifies_class(values, classes_of_rows):
    """Whether the column has one value in each class, and not the same one in all."""
    each = pd.Series(values).groupby(classes_of_rows.to_numpy()).agg(["min", "max", "count"])
    alike = (each["min"] == each["max"]).all() and (each["count"] > 0).all()
    return bool(alike and each["min"].nunique() > 1)
