"""Predictions that exhibits are made of: read, checked, one split at a time."""

import numpy as np

from osteoct.cohort.diagnosis import CLASSES
from osteoct.tables import read_table

N_CLASSES = len(CLASSES)
PROBABILITIES = [f"p_{name}" for name in CLASSES]
EVALUATED = ("validation", "test")
IDENTIFIERS = ["patient", "split", "diagnosis", "predicted"]
COLUMNS = [*IDENTIFIERS, *PROBABILITIES]


def read_predictions(path):
    """Read the patients whose diagnosis is known and whose class was predicted.

    Parameters
    ----------
    path : str
        CSV with the columns `patient`, `split`, `diagnosis`, `predicted` and one probability,
        `p_*`, for each class, in the order of the classes. Rows without a diagnosis are left out.

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
    table = read_table(path)
    classes = classes_of(table)
    absent = [name for name in IDENTIFIERS if name not in table] + ["p_*"] * (len(classes) < 2)
    if absent:
        raise ValueError(f"{path} has no column {absent}; it has {list(table.columns)}.")
    columns = [*IDENTIFIERS, *(f"p_{name}" for name in classes)]
    table = table.loc[table["diagnosis"].notna(), columns].reset_index(drop=True)
    if repeated := sorted(set(table["patient"][table["patient"].duplicated()])):
        raise ValueError(f"{path} lists {len(repeated)} patients more than once.")
    for column in ("diagnosis", "predicted"):
        if unknown := sorted(set(table[column].fillna("(empty)")) - set(classes)):
            raise ValueError(f"{path}: {column} holds {unknown}; the classes are {list(classes)}.")
    if wrong := list(table["patient"][~_consistent(table, classes)]):
        raise ValueError(
            f"{path}: of {len(wrong)} patients the probabilities do not sum to 1, or the predicted "
            "class is not the most probable one. Predict them again."
        )
    return table


def classes_of(table):
    """The classes of a table of predictions, from its columns `p_*`, in their order."""
    return tuple(name[2:] for name in table if name.startswith("p_"))


def reported_classes(table):
    """The classes whose numbers are printed: of two only the second, the first is its mirror."""
    classes = classes_of(table)
    return classes[1:] if len(classes) == 2 else classes


def probabilities_of(table):
    """Probabilities of a table of predictions: ndarray of float, shape (n_patients, n_classes)."""
    return table[[f"p_{name}" for name in classes_of(table)]].to_numpy(float)


def of_split(predictions, split):
    """Rows of one split, renumbered from 0."""
    return predictions[predictions["split"] == split].reset_index(drop=True)


def codes(diagnoses, classes=CLASSES):
    """Diagnoses as numbers in the order of the classes: ndarray of int, shape (n_patients,)."""
    return diagnoses.map(classes.index).to_numpy(int)


def confusion(truth, predicted, n_classes=N_CLASSES):
    """Patients by true (rows) and predicted (columns) class.

    Parameters
    ----------
    truth, predicted : ndarray of int, shape (n_patients,)
        Codes as of `codes`.
    n_classes : int

    Returns
    -------
    ndarray of int, shape (n_classes, n_classes)
    """
    cells = np.bincount(truth * n_classes + predicted, minlength=n_classes**2)
    return cells.reshape(n_classes, n_classes)


def _consistent(table, classes):
    """Whether each row's probabilities sum to 1 and agree with its predicted class."""
    probabilities = probabilities_of(table)
    column = codes(table["predicted"], classes)
    of_predicted = probabilities[np.arange(len(table)), column]
    return (
        np.isclose(probabilities.sum(axis=1), 1, atol=1e-6)
        & (probabilities.min(axis=1) >= 0)
        & (of_predicted >= probabilities.max(axis=1) - 1e-9)
    )
