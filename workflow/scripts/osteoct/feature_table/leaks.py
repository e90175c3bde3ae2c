"""Features that tell the class nearly always, as what is known only after the diagnosis does."""

import numpy as np

MIN_CLASS_SIZE = 15  # two such classes are parted by chance once in C(30, 15) / 2 = 8e7 features
MIN_RECALL = 0.95  # of each class: one error in 20


def nearly_tells_class(values, classes_of_rows):
    """Whether a feature tells each class from the others in nearly all rows.

    Parameters
    ----------
    values : ndarray of float, shape (n_patients,)
    classes_of_rows : Series of str
        nan where it is unknown.

    Returns
    -------
    bool
        If of every class at least `MIN_RECALL` lie between two cut-offs where the other classes
        hardly lie; False for small classes, which chance may part.
    """
    known = classes_of_rows.notna().to_numpy() & np.isfinite(values)
    numbers, classes = values[known], classes_of_rows.to_numpy()[known]
    names, counts = np.unique(classes.astype(str), return_counts=True)
    if len(names) < 2 or counts.min() < MIN_CLASS_SIZE:
        return False
    centres = np.array([np.median(numbers[classes == name]) for name in names])
    if len(set(centres)) < len(names):
        return False
    order = np.argsort(centres)
    own = np.argsort(order)[np.searchsorted(names, classes.astype(str))]
    return all(_parted(numbers, own > rank) for rank in range(len(names) - 1))


def _parted(numbers, is_upper):
    """Whether one cut-off leaves nearly all of two groups on their own sides."""
    cuts = np.unique(numbers)
    upper, lower = np.sort(numbers[is_upper]), np.sort(numbers[~is_upper])
    recall_upper = 1 - np.searchsorted(upper, cuts) / len(upper)
    recall_lower = np.searchsorted(lower, cuts) / len(lower)
    return bool((np.minimum(recall_upper, recall_lower) >= MIN_RECALL).any())
