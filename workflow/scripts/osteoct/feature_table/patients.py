"""The patients of a table of features: names, classes, and who trains, validates and tests."""

import math

import pandas as pd

from osteoct.classification.tuning import MIN_CLASS_SIZE
from osteoct.cohort.splits import SPLITS, split_at_random, training_counts
from osteoct.feature_table.cells import TableProblem, is_absent, listed, numbers_of
from osteoct.randomness import generator

COHORTS = {
    "training": ("training", "train", "development", "discovery", "derivation"),
    "validation": ("validation", "val", "valid", "tuning", "dev"),
    "test": ("test", "testing", "holdout", "hold-out", "external"),
}
MAX_QUOTED = 3  # misspelt cohorts; more of them are something else
SEXES = {"F": ("f", "female", "woman", "women", "w"), "M": ("m", "male", "man", "men")}
CHANCE = 0.1  # of the pairs found that may be expected by chance, if they are to be mentioned


def name_patients(cells, column):
    """Names of the patients: those of a column, or row numbers.

    Parameters
    ----------
    cells : DataFrame of str
    column : str or None

    Returns
    -------
    list of str

    Raises
    ------
    TableProblem
        If a name is missing or there twice.
    """
    if column is None:
        width = len(str(len(cells) + 1))
        return [f"row{number:0{width}d}" for number in range(2, len(cells) + 2)]
    names = cells[column]
    if absent := list(names.index[is_absent(names)] + 2):
        raise TableProblem(f"The column {column!r} is empty in row {listed(absent)}.")
    if repeated := list(names.index[names.duplicated(keep=False)] + 2):
        raise TableProblem(
            f"The column {column!r} names a patient more than once, in rows {listed(repeated)}. "
            "Give one row for each patient: choose one lesion or scan, or leave ID out only if the "
            "rows are different patients."
        )
    return list(names)


def demography(cells, roles):
    """Age and sex where the table has them, and what cannot be read of them.

    Parameters
    ----------
    cells : DataFrame of str
    roles : dict of str to str

    Returns
    -------
    known : dict of str to list
        `age` in years and `sex` (F or M), missing ones as nan; no `sex` if no cell tells it.
    remarks : list of str
    """
    known, remarks = {}, []
    if "age" in roles:
        ages, texts = numbers_of(cells[roles["age"]], decimal=cells.attrs["decimal"])
        known["age"] = ages
        if texts:
            remarks.append(f"Age is no number in {texts} rows, and counts as unknown there.")
    if "sex" in roles:
        spelling = {word: sex for sex, words in SEXES.items() for word in words}
        known["sex"] = cells[roles["sex"]].str.lower().map(spelling)
        unread = int((known["sex"].isna() & ~is_absent(cells[roles["sex"]])).sum())
        if known["sex"].isna().all():
            del known["sex"]
        if unread:
            remarks.append(f"Sex is neither F nor M in {unread} rows, and counts as unknown there.")
    return known, remarks


def assign_cohorts(patients, given, *, seed, test_fraction, training_fraction):
    """Who trains, validates and tests.

    Parameters
    ----------
    patients : DataFrame
        `patient`, and `diagnosis` of those whose class is known, no others.
    given : Series of str or None
        What the table says, by the same index; without it all three sets are drawn at random.
    seed, test_fraction, training_fraction
        As for `splits.split`.

    Returns
    -------
    split : Series of str
    how : str
        A sentence.

    Raises
    ------
    TableProblem
        If a cohort has a name that is not understood, or is empty.
    """
    drawing = {"seed": seed, "training_fraction": training_fraction}
    if given is None:
        fractions = f"{test_fraction:.1%} test, {training_fraction:.0%} of the others training"
        drawn = split_at_random(patients, test_fraction=test_fraction, **drawing)
        return drawn, f"At random within each class: {fractions}; seed {seed}."
    spelling = {word: split for split, words in COHORTS.items() for word in words}
    split = given.str.lower().map(spelling)
    if unknown := sorted(set(given[split.isna()])):
        raise TableProblem(
            f"The cohort column holds {_unknown_cohorts(given[split.isna()], unknown)}; expected "
            "training, validation or test in every row that has a class."
        )
    if split.eq("validation").any() and not split.eq("test").any():
        split = split.replace("validation", "test")
        how = "The table has two cohorts; the one called validation is the test cohort here, and "
    else:
        how = "Test patients as the table says; it has no validation patients, so "
    if not split.eq("validation").any():
        split = _validation_from_training(patients, split, **drawing)
        return split, (
            f"{how}{1 - training_fraction:.0%} of the training patients, drawn within each class, "
            "are the validation patients, who choose cut-offs."
        )
    return split, "As the table says."


def _unknown_cohorts(cells, unknown):
    """What is no cohort, as a message may say it: many different cells may be identifiers."""
    if len(unknown) > MAX_QUOTED:
        return f"other text in {len(cells)} rows, the first one row {cells.index[0] + 2}"
    return listed([repr(one) for one in unknown])


def _validation_from_training(patients, split, *, seed, training_fraction):
    """Draw validation patients from the training patients, within each class."""
    training = patients[split.eq("training")]
    counts = training["diagnosis"].value_counts().sort_index().to_dict()
    kept = training_counts(counts, training_fraction=training_fraction)
    split = split.copy()
    for name, members in training.sort_values("patient").groupby("diagnosis"):
        drawn = members.index[generator(seed, "split", name).permutation(len(members))]
        split[drawn[kept[name] :]] = "validation"
    return split


def check_class_sizes(patients, classes, *, test_fraction, training_fraction):
    """Raise where no model can be fitted to a table, or evaluated on it.

    Parameters
    ----------
    patients : DataFrame
        `diagnosis` and `split`.
    classes : sequence of str
    test_fraction, training_fraction : float in (0, 1)

    Raises
    ------
    TableProblem
        If a class has too few training patients for folds, or a cohort is empty.
    """
    for split in SPLITS:
        if not patients["split"].eq(split).any():
            raise TableProblem(f"The table has no {split} patient whose class is known.")
    for name in classes:
        own = patients[patients["diagnosis"].eq(name)]
        training = int(own["split"].eq("training").sum())
        if training < MIN_CLASS_SIZE:
            needed = math.ceil(MIN_CLASS_SIZE / ((1 - test_fraction) * training_fraction))
            raise TableProblem(
                f"The class {name!r} has {len(own)} patients, {training} of them for training; "
                f"{MIN_CLASS_SIZE} must train so that a cross-validation can leave one out, which "
                f"takes about {needed} patients in all. Add patients, or put it with another class."
            )


def tabulate_patients(cells, roles, diagnosis, split):
    """The table of patients that all later steps read.

    Parameters
    ----------
    cells : DataFrame of str
    roles : dict of str to str
    diagnosis, split : Series of str
        nan where the class is unknown.

    Returns
    -------
    DataFrame
        `patient`, `status` (included, or unlabelled: classified and no part of the study),
        `diagnosis`, `split`, and `age` and `sex` where the table has them.
    """
    table = pd.DataFrame({"patient": name_patients(cells, roles.get("id"))})
    table["status"] = diagnosis.notna().map({True: "included", False: "unlabelled"}).to_numpy()
    table["diagnosis"], table["split"] = diagnosis.to_numpy(), split.to_numpy()
    known, _ = demography(cells, roles)
    return table.assign(**{name: list(values) for name, values in known.items()})


def count_repeats(features):
    """Rows that repeat an earlier one in every feature, more often than chance would.

    Parameters
    ----------
    features : DataFrame of float
        Missing values equal each other.

    Returns
    -------
    int
        0 also where so few different values repeat by chance.

    Examples
    --------
    >>> import pandas as pd
    >>> count_repeats(pd.DataFrame({"a": [1.5, 2.5, 1.5, 4], "b": [0.1, 0.2, 0.1, 0.3]}))
    1
    >>> count_repeats(pd.DataFrame({"a": [0, 1, 0, 1, 0], "b": [1, 1, 0, 1, 1]}))
    0
    """
    filled = features.dropna(how="all")
    repeated = filled.duplicated()
    if not repeated.any():
        return 0
    once = filled[~repeated]
    pairs = len(once) * (len(once) - 1) / 2
    expected = pairs
    for name in once:
        counts = once[name].value_counts(dropna=False)
        expected *= (counts * (counts - 1) / 2).sum() / max(pairs, 1)
    return int(repeated.sum()) if expected <= CHANCE * repeated.sum() else 0
