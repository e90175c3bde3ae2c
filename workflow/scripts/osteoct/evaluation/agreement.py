"""Agreement of prediction and truth over all classes at once."""

import numpy as np

from osteoct.classification.predictions import confusion
from osteoct.evaluation.auc import roc_auc


def macro_auc(truth, probabilities):
    """Mean of the one-against-rest AUCs, each class counting the same; nan if a class is absent."""
    return float(np.mean(class_aucs(truth, probabilities)))


def weighted_auc(truth, probabilities):
    """Mean of the one-against-rest AUCs, each class counting by its share of the patients.

    nan if a class is absent.
    """
    if not len(truth):
        return np.nan
    shares = np.bincount(truth, minlength=probabilities.shape[1]) / len(truth)
    return float(shares @ class_aucs(truth, probabilities))


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
    found = 1 + max([*truth, *predicted], default=0)
    observed = confusion(truth, predicted, found)
    cost = np.subtract.outer(range(found), range(found)) ** 2
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / max(len(truth), 1)
    by_chance = (cost * expected).sum()
    return float(1 - (cost * observed).sum() / by_chance) if by_chance else np.nan


def brier_score(truth, probabilities):
    """Mean squared distance of the probabilities from the truth, over all classes: 0 to 2.

    References
    ----------
    Brier GW (1950). Mon Weather Rev 78(1):1-3.
    """
    if not len(truth):
        return np.nan
    return float(((probabilities - np.eye(probabilities.shape[1])[truth]) ** 2).sum(axis=1).mean())
