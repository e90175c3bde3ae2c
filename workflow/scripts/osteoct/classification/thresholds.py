"""Cut-offs of the class probabilities, chosen on one split and then left alone."""

import numpy as np

from osteoct.classification.predictions import classes_of


def choose_thresholds(predictions, *, split):
    """Youden's cut-off of every class, chosen on one split only.

    Parameters
    ----------
    predictions : DataFrame
        One row per patient: `split`, `diagnosis`, and `p_*` of each class.
    split : str
        The split to choose on (validation); rows of other splits are not looked at.

    Returns
    -------
    dict of str to dict
        For each class: `chosen_on`, `n_positive`, `n_negative`, `threshold` (nan where there is
        none), `youden` (sensitivity + specificity − 1 on that split), and `note`, why there is
        none.
    """
    chosen_on = predictions[predictions["split"] == split]
    chosen = {}
    for name in classes_of(predictions):
        is_positive = (chosen_on["diagnosis"] == name).to_numpy()
        threshold, youden, note = youden_threshold(is_positive, chosen_on[f"p_{name}"].to_numpy())
        chosen[name] = {
            "chosen_on": split,
            "n_positive": int(is_positive.sum()),
            "n_negative": int((~is_positive).sum()),
            "threshold": threshold,
            "youden": youden,
            "note": note,
        }
    return chosen


def youden_threshold(is_positive, score):
    """Cut-off with the largest sensitivity + specificity − 1, half-way between two patients.

    A patient is called positive when the score is at least the cut-off. Among equally good
    cut-offs the smallest is taken, the most sensitive one: this is a screening test.

    Parameters
    ----------
    is_positive : ndarray of bool, shape (n_patients,)
    score : ndarray of float, shape (n_patients,)

    Returns
    -------
    threshold, youden : float
        Youden's index is from 0 to 1; both are nan where a cut-off cannot be chosen.
    note : str
        Empty, or why there is none.

    References
    ----------
    Youden WJ (1950). Cancer 3(1):32-35.
    """
    if is_positive.all() or not is_positive.any():
        kind = "with" if not is_positive.any() else "without"
        return np.nan, np.nan, f"no patient {kind} this diagnosis to choose on"
    values = np.unique(score)
    if values.size == 1:
        return np.nan, np.nan, "all patients have the same probability"
    candidates = np.concatenate([values[:1], (values[1:] + values[:-1]) / 2])
    called = score[:, None] >= candidates
    youden = called[is_positive].mean(axis=0) - called[~is_positive].mean(axis=0)
    best = np.flatnonzero(np.isclose(youden, youden.max(), rtol=0, atol=1e-12))[0]
    return float(candidates[best]), float(youden[best]), ""
