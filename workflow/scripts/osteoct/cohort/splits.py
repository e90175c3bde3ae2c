"""Training, validation and test split: by time or site first, then at random within each class."""

import math

import pandas as pd

from osteoct.cohort.diagnosis import CLASSES, MIN_PATIENTS
from osteoct.randomness import generator
from osteoct.storage import StudyProblem

SPLITS = ("training", "validation", "test")


def split(labelled, *, seed, test_fraction, training_fraction, test_sites):
    """Assign every labelled patient to training, validation or test.

    The patients examined last are the test set, or all those of some sites; the others are drawn
    into training and validation at random, class by class.

    Parameters
    ----------
    labelled : DataFrame
        Columns `patient`, `exam_date` (ISO text), `site` and `diagnosis`.
    seed : int
    test_fraction : float in (0, 1)
        Fraction of all patients, rounded to whole ones; equal dates go by patient name. Not used
        with `test_sites`.
    training_fraction : float in (0, 1)
        Fraction of the rest that trains, rounded down.
    test_sites : list of str
        The sites whose patients are the test set (external validation); empty for the temporal
        split.

    Returns
    -------
    Series of str
        One of `SPLITS` for each row of `labelled`, in its order and with its index.

    Raises
    ------
    StudyProblem
        If a class has fewer than two patients, or none outside the test set; if no class has two
        to train with; or if nobody is of a test site.
    """
    tests = (
        _of_sites(labelled, test_sites) if test_sites else _examined_last(labelled, test_fraction)
    )
    development = labelled[~tests]
    counts = {name: int(development["diagnosis"].eq(name).sum()) for name in CLASSES}
    _check_counts(labelled["diagnosis"], counts, test_sites)
    assigned = pd.Series("test", index=labelled.index, name="split")
    training = training_counts(counts, training_fraction=training_fraction)
    if max(training.values()) < MIN_PATIENTS:
        raise StudyProblem(
            "Only one patient of each class would train; expected two or more of one class, to "
            "select features by. Add patients, or lower split: test_fraction."
        )
    for name, n_training in training.items():
        members = development[development["diagnosis"].eq(name)].sort_values("patient").index
        drawn = generator(seed, "split", name).permutation(len(members))
        assigned[members[drawn[:n_training]]] = "training"
        assigned[members[drawn[n_training:]]] = "validation"
    return assigned


def split_at_random(labelled, *, seed, test_fraction, training_fraction):
    """Assign patients without dates: all three sets at random, within each class.

    Parameters
    ----------
    labelled : DataFrame
        Columns `patient` and `diagnosis`.
    seed, test_fraction, training_fraction
        As for `split`; the test set's fraction of each class is rounded as the training set's is.

    Returns
    -------
    Series of str
        One of `SPLITS` for each row of `labelled`, in its order and with its index.
    """
    assigned = pd.Series("test", index=labelled.index, name="split")
    counts = labelled["diagnosis"].value_counts().sort_index().to_dict()
    development = training_counts(counts, training_fraction=1 - test_fraction)
    training = training_counts(development, training_fraction=training_fraction)
    for name, members in labelled.sort_values("patient").groupby("diagnosis"):
        drawn = members.index[generator(seed, "split", name).permutation(len(members))]
        assigned[drawn[: development[name]]] = "validation"
        assigned[drawn[: training[name]]] = "training"
    return assigned


def training_counts(counts, *, training_fraction):
    """How many patients of each class train.

    The whole is the fraction rounded down; what the classes' own fractions leave over goes to the
    largest remainders. A class of two or more is on both sides, a class of one trains.

    Parameters
    ----------
    counts : dict of str to int
        Patients of each class.
    training_fraction : float in (0, 1)

    Returns
    -------
    dict of str to int

    Examples
    --------
    >>> paper = {"normal": 150, "osteopenia": 145, "osteoporosis": 60}
    >>> training_counts(paper, training_fraction=0.7)
    {'normal': 105, 'osteopenia': 101, 'osteoporosis': 42}
    """
    exact = {name: training_fraction * count + 1e-9 for name, count in counts.items()}
    whole = {name: math.floor(fraction) for name, fraction in exact.items()}
    over = math.floor(training_fraction * sum(counts.values()) + 1e-9) - sum(whole.values())
    for name in sorted(counts, key=lambda name: whole[name] - exact[name])[:over]:
        whole[name] += 1
    return {name: min(max(whole[name], 1), max(counts[name] - 1, 1)) for name in counts}


def _examined_last(labelled, test_fraction):
    """Whether each patient is among the fraction that was examined last."""
    by_time = labelled.sort_values(["exam_date", "patient"]).index
    n_test = math.floor(test_fraction * len(by_time) + 0.5)
    return labelled.index.isin(by_time[len(by_time) - n_test :])


def _of_sites(labelled, test_sites):
    """Whether each patient is of one of the sites; every one of these has patients."""
    if absent := sorted(set(test_sites) - set(labelled["site"])):
        raise StudyProblem(
            f"split: test_sites names {absent}, where no patient is included; the included "
            f"patients are of {sorted(set(labelled['site']))}."
        )
    return labelled["site"].isin(test_sites).to_numpy()


def _check_counts(diagnoses, counts, test_sites):
    """Raise where no model of three classes can be fitted to a cohort."""
    for name, count in counts.items():
        total = int(diagnoses.eq(name).sum())
        if total < MIN_PATIENTS:
            raise StudyProblem(
                f"The cohort has {total} included patients with {name}; expected {MIN_PATIENTS} or "
                "more of every class. Add patients, or check the T-scores and the side studied."
            )
        if count < 1:
            why, remedy = ("were examined last", "Lower split: test_fraction")
            if test_sites:
                why, remedy = ("are of the test sites", "Name fewer in split: test_sites")
            raise StudyProblem(
                f"All {total} patients with {name} {why} and are in the test set; "
                f"expected one or more to learn from. {remedy}."
            )
