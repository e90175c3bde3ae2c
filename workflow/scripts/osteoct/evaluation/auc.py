"""AUCs computed from scores: DeLong's variance, intervals and test."""

from statistics import NormalDist

import numpy as np
from statsmodels.stats.nonparametric import rank_compare_2indep

from osteoct.evaluation.intervals import UNDEFINED, normal_quantile, wald


def roc_auc(positive, negative):
    """Area under the ROC curve (AUC): how often a diseased patient scores above a healthy one.

    Parameters
    ----------
    positive, negative : array-like of float, shapes (n_positive,) and (n_negative,)
        Scores of those with and without the disease; a tie counts one half.

    Returns
    -------
    float
        From 0 to 1; nan when a group is empty.
    """
    positive, negative = np.asarray(positive, float), np.sort(np.asarray(negative, float))
    if not (positive.size and negative.size):
        return np.nan
    below = np.searchsorted(negative, positive, side="left")
    not_above = np.searchsorted(negative, positive, side="right")
    return float((below + not_above).sum() / (2 * positive.size * negative.size))


def delong_variance(positive, negative):
    """Variance of an AUC without assumptions on the scores.

    Parameters
    ----------
    positive, negative : array-like of float, shapes (n_positive,) and (n_negative,)

    Returns
    -------
    float
        nan when a group has fewer than two patients: one patient shows no spread.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL (1988). Biometrics 44(3):837-845.
    doi:10.2307/2531595
    """
    if min(len(positive), len(negative)) < 2:
        return np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(rank_compare_2indep(positive, negative, use_t=False).var_prob)


def delong_auc(auc, variance, *, confidence):
    """Wald interval with DeLong's variance; nan when the variance is unknown or zero."""
    return wald(auc, variance**0.5, confidence=confidence) if variance > 0 else UNDEFINED


def delong_logit_auc(auc, variance, *, confidence):
    """Interval with DeLong's variance on the log-odds of the AUC, so that it stays in [0, 1].

    Returns
    -------
    low, high : float
        nan when the variance is unknown or zero, as it is at an AUC of 0 or 1.
    """
    if not (variance > 0 and 0 < auc < 1):
        return UNDEFINED
    centre = np.log(auc / (1 - auc))
    margin = normal_quantile(confidence) * variance**0.5 / (auc * (1 - auc))
    return tuple(float(1 / (1 + np.exp(-(centre + side * margin)))) for side in (-1, 1))


def bootstrap_bca_auc(positive, negative, *, confidence, resamples, rng):
    """Bias-corrected and accelerated bootstrap interval, patients drawn again within each group.

    Parameters
    ----------
    positive, negative : array-like of float, shapes (n_positive,) and (n_negative,)
    confidence : float in (0, 1)
    resamples : int
    rng : numpy.random.Generator

    Returns
    -------
    low, high : float
        nan when a group has fewer than two patients or every resample gives the same AUC.

    Notes
    -----
    ``scipy.stats.bootstrap(method="BCa")`` of both groups gives the same limits but for chance (a
    test compares them). It draws one resample at a time where this draws counts of all resamples
    at once, so its random numbers are others, and it takes many times as long.

    References
    ----------
    Efron B (1987). J Am Stat Assoc 82(397):171-185. doi:10.1080/01621459.1987.10478410
    """
    sizes = len(positive), len(negative)
    if min(sizes) < 2:
        return UNDEFINED
    pairs = pairwise(positive, negative)
    drawn = [rng.multinomial(size, np.full(size, 1 / size), resamples) for size in sizes]
    aucs = ((drawn[0] @ pairs) * drawn[1]).sum(axis=1) / pairs.size
    auc = pairs.mean()
    below = ((aucs < auc - 1e-12).mean() + (aucs <= auc + 1e-12).mean()) / 2
    influences = [(pairs.mean(axis=axis) - auc) / pairs.shape[1 - axis] for axis in (1, 0)]
    spread = sum((influence**2).sum() for influence in influences)
    if not (0 < below < 1 and spread > 0):
        return UNDEFINED
    acceleration = sum((influence**3).sum() for influence in influences) / (6 * spread**1.5)
    bias, normal = NormalDist().inv_cdf(below), NormalDist()
    shifted = [bias + side * normal_quantile(confidence) for side in (-1, 1)]
    levels = [normal.cdf(bias + z / (1 - acceleration * z)) for z in shifted]
    return tuple(float(limit) for limit in np.quantile(aucs, levels))


def delong_test(is_positive, score, other):
    """DeLong's test of two AUCs measured on the same patients.

    Parameters
    ----------
    is_positive : array-like of bool, shape (n_patients,)
    score, other : array-like of float, shape (n_patients,)

    Returns
    -------
    difference, standard_error, p_value : float
        AUC of `score` minus AUC of `other`, and the two-sided P. Standard error and P are nan
        with fewer than two patients on a side, P also when the difference never varies.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL (1988). Biometrics 44(3):837-845.
    doi:10.2307/2531595
    """
    is_positive = np.asarray(is_positive, bool)
    pairs = [
        placements(np.asarray(x, float)[is_positive], np.asarray(x, float)[~is_positive])
        for x in (score, other)
    ]
    (of_positive, of_negative), (other_positive, other_negative) = pairs
    if min(of_positive.size, of_negative.size) < 1:
        return np.nan, np.nan, np.nan
    difference = float(of_positive.mean() - other_positive.mean())
    if min(of_positive.size, of_negative.size) < 2:
        return difference, np.nan, np.nan
    variance = np.var(of_positive - other_positive, ddof=1) / of_positive.size
    variance += np.var(of_negative - other_negative, ddof=1) / of_negative.size
    if variance <= 1e-15:
        return difference, 0.0, np.nan
    z = abs(difference) / variance**0.5
    return difference, float(variance**0.5), 2 * NormalDist().cdf(-z)


def placements(positive, negative):
    """Fraction of the other group that each patient is ranked rightly against; a tie counts ½.

    Parameters
    ----------
    positive, negative : array-like of float, shapes (n_positive,) and (n_negative,)

    Returns
    -------
    of_positive, of_negative : ndarray of float, shapes (n_positive,) and (n_negative,)
        The mean of each is the AUC.
    """
    pairs = pairwise(positive, negative)
    with np.errstate(invalid="ignore"):
        return pairs.sum(axis=1) / pairs.shape[1], pairs.sum(axis=0) / pairs.shape[0]


def pairwise(positive, negative):
    """Each pair of patients: 1 if the diseased one scores higher, ½ for a tie, otherwise 0.

    Parameters
    ----------
    positive, negative : array-like of float, shapes (n_positive,) and (n_negative,)

    Returns
    -------
    ndarray of float, shape (n_positive, n_negative)
        Its mean is the AUC.
    """
    positive, negative = np.asarray(positive, float), np.asarray(negative, float)
    return (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
