"""Agreement of prediction and truth over all classes at once."""

import numpy as np
from sklearn.metrics import cohen_kappa_score

from osteoct.evaluation.auc import roc_auc


def macro_auc(truth, probabilities):
    """Mean of the one-against-rest AUCs, each class counting the same; nan if a class is absent."""
    return float(np.mean(class_aucs(truth, probabilities)))


def weighted_auc(truth, probabilities):
    """Mean of the one-against-rest AUCs, each class counting by its fraction of the patients.

    nan if a class is absent.
    """
    if not len(truth):
        return np.nan
    fractions = np.bincount(truth, minlength=probabilities.shape[1]) / len(truth)
    return float(fractions @ class_aucs(truth, probabilities))


def class_aucs(truth, probabilities):
    """AUC of each class against the rest, in the order of the columns."""
    return [
        roc_auc(probabilities[truth == code, code], probabilities[truth != code, code])
        for code in range(probabilities.shape[1])
    ]


def quadratic_kappa(truth, predicted):
    """Chance-corrected agreement of ordered classes; a miss by two classes costs four times one.

    From -1 to 1; nan when truth and prediction are one and the same single class.

    References
    ----------
    Cohen J (1968). Psychol Bull 70(4):213-220. doi:10.1037/h0026256
    """
    found = np.union1d(truth, predicted)
    if len(found) < 2:
        return np.nan
    labels = np.arange(found[-1] + 1)  # an absent class keeps its place on the scale
    return float(cohen_kappa_score(truth, predicted, labels=labels, weights="quadratic"))


def brier_losses(truth, probabilities):
    """Squared distance of each patient's probabilities from the truth, over all classes: 0 to 2.

    Their mean is the Brier score, as scikit-learn's ``brier_score_loss(..., scale_by_half=False)``
    gives it; resampled as means they take a hundredth of its time.

    References
    ----------
    Brier GW (1950). Mon Weather Rev 78(1):1-3.
    """
    return ((probabilities - np.eye(probabilities.shape[1])[truth]) ** 2).sum(axis=1)
