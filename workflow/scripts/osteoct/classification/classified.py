"""The classified patients that exhibits are made of: read, checked, one split at a time."""

import numpy as np
import pandas as pd

from osteoct.cohort.diagnosis import CLASSES

PROBABILITIES = [f"p_{name}" for name in CLASSES]
EVALUATED = ("validation", "test")
COLUMNS = ["patient", "split", "diagnosis", "predicted", *PROBABILITIES]


def read_classified(path):
    """Read the patients whose diagnosis is known and whose class was predicted.

    Parameters
    ----------
    path : str
        CSV with the columns `patient`, `split`, `diagnosis`, `predicted` and one probability,
        `p_*`, for each class. Rows without a diagnosis are left out: nothing can be said of them.

    Returns
    -------
    DataFrame
        Those columns, in the order of the file.

    Raises
    ------
    ValueError
        If a column is missing, a patient appears twice, a class is unknown, or the probabilities
        are not probabilities whose largest is that of the predicted class.
    """
    table = pd.read_csv(path, dtype={"patient": str})
    if absent := [name for name in COLUMNS if name not in table]:
        raise ValueError(f"{path} has no column {absent}; it has {list(table.columns)}.")
    table = table.loc[table["diagnosis"].notna(), COLUMNS].reset_index(drop=True)
    if repeated := sorted(set(table["patient"][table["patient"].duplicated()])):
        raise ValueError(f"{path} lists patients {repeated} more than once.")
    for column in ("diagnosis", "predicted"):
        if unknown := sorted(set(table[column].fillna("(empty)")) - set(CLASSES)):
            raise ValueError(f"{path}: {column} holds {unknown}; the classes are {list(CLASSES)}.")
    if wrong := list(table["patient"][~_consistent(table)]):
        raise ValueError(
            f"{path}: of patients {wrong} the probabilities do not sum to 1, or the predicted "
            "class is not the most probable one. Classify them again."
        )
    return table


def of_split(classified, split):
    """Rows of one split, numbered anew."""
    return classified[classified["split"] == split].reset_index(drop=True)


def codes(diagnoses):
    """Diagnoses as numbers in the order of `CLASSES`: ndarray of int, shape (n_patients,)."""
    return diagnoses.map(CLASSES.index).to_numpy(int)


def confusion(truth, predicted):
    """Patients by true (rows) and predicted (columns) class.

    Parameters
    ----------
    truth, predicted : ndarray of int, shape (n_patients,)
        Codes as of `codes`.

    Returns
    -------
    ndarray of int, shape (n_classes, n_classes)
    """
    cells = np.bincount(truth * len(CLASSES) + predicted, minlength=len(CLASSES) ** 2)
    return cells.reshape(len(CLASSES), len(CLASSES))


def _consistent(table):
    """Whether each row's probabilities sum to 1 and agree with its predicted class."""
    probabilities = table[PROBABILITIES].to_numpy(float)
    column = table["predicted"].map(CLASSES.index).to_numpy(int)
    of_predicted = probabilities[np.arange(len(table)), column]
    return (
        np.isclose(probabilities.sum(axis=1), 1, atol=1e-6)
        & (probabilities.min(axis=1) >= 0)
        & (of_predicted >= probabilities.max(axis=1) - 1e-9)
    )
