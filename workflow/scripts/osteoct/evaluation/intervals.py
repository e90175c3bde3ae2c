"""Confidence intervals of proportions and of AUCs, each under its own name."""

from statistics import NormalDist

import numpy as np
from scipy.optimize import brentq
from scipy.stats import beta
from statsmodels.stats.proportion import proportion_confint

UNDEFINED = (np.nan, np.nan)


def normal_quantile(confidence):
    """Standard normal quantile that leaves half of the rest above it: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(successes, trials, *, confidence):
    """Wilson score interval of a proportion.

    Unlike the textbook (Wald) interval it stays inside [0, 1] and keeps its coverage in small
    groups.

    Parameters
    ----------
    successes, trials : int
        For sensitivity: true positives, and all who have the disease.
    confidence : float in (0, 1)
        Two-sided coverage, e.g. 0.95.

    Returns
    -------
    low, high : float
        From 0 to 1.

    Raises
    ------
    ValueError
        If `successes` is outside 0..`trials`, or `trials` is 0.

    References
    ----------
    Wilson EB (1927). JASA 22(158):209-212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> low, high = wilson(9, 10, confidence=0.95)
    >>> round(low, 3), round(high, 3)
    (0.596, 0.982)
    """
    return _of_proportion(successes, trials, "wilson", confidence)


def clopper_pearson(successes, trials, *, confidence):
    """Clopper-Pearson ("exact") interval of a proportion: coverage never below nominal.

    Parameters, returns and refusals are those of `wilson`.

    References
    ----------
    Clopper CJ, Pearson ES (1934). Biometrika 26(4):404-413. doi:10.1093/biomet/26.4.404
    """
    return _of_proportion(successes, trials, "beta", confidence)


def jeffreys(successes, trials, *, confidence):
    """Jeffreys interval of a proportion: equal tails of the posterior under Beta(½, ½).

    Parameters, returns and refusals are those of `wilson`.

    References
    ----------
    Brown LD, Cai TT, DasGupta A (2001). Stat Sci 16(2):101-133. doi:10.1214/ss/1009213286
    """
    return _of_proportion(successes, trials, "jeffreys", confidence)


def agresti_coull(successes, trials, *, confidence):
    """Agresti-Coull interval of a proportion: Wald's after adding z² / 2 of each outcome.

    Parameters, returns and refusals are those of `wilson`; limits are cut off at 0 and 1.

    References
    ----------
    Agresti A, Coull BA (1998). Am Stat 52(2):119-126. doi:10.1080/00031305.1998.10480550
    """
    return _of_proportion(successes, trials, "agresti_coull", confidence)


def wald(estimate, standard_error, *, confidence):
    """Estimate ± z standard errors, cut off at 0 and 1."""
    margin = normal_quantile(confidence) * standard_error
    return max(0.0, estimate - margin), min(1.0, estimate + margin)


def exact_auc(auc, trials, *, confidence):
    """Binomial exact interval of an AUC as if it were a proportion of `trials` patients.

    MedCalc's "Binomial exact confidence interval for the AUC": Clopper-Pearson with
    ``auc × trials`` successes, not rounded to a whole number. It ignores how the patients divide
    into diseased and healthy, so its coverage is good or bad by luck; it is here to compare with
    papers that print it.

    Parameters
    ----------
    auc : float in [0, 1]
    trials : int
        All patients, diseased and healthy.
    confidence : float in (0, 1)

    Returns
    -------
    low, high : float
        From 0 to 1.
    """
    _refuse_auc(auc, 1, trials)
    tail, successes = (1 - confidence) / 2, auc * trials
    low = 0.0 if auc == 0 else beta.ppf(tail, successes, trials - successes + 1)
    high = 1.0 if auc == 1 else beta.ppf(1 - tail, successes + 1, trials - successes)
    return float(low), float(high)


def newcombe_auc(auc, positives, negatives, *, confidence):
    """Wilson-type interval of an AUC: Newcombe's method 5.

    As Wilson's interval does for a proportion, it holds every AUC θ that the observed one does
    not contradict: ``|auc − θ| ≤ z √V(θ)``, with Hanley and McNeil's variance evaluated at θ and
    made symmetric in the two groups. It stays inside [0, 1] and is defined at an AUC of 1.

    Parameters
    ----------
    auc : float in [0, 1]
    positives, negatives : int, at least 1
        Patients with and without the disease.
    confidence : float in (0, 1)

    Returns
    -------
    low, high : float
        From 0 to 1.

    Raises
    ------
    ValueError
        If `auc` is outside [0, 1] or a group is empty.

    References
    ----------
    Newcombe RG (2006). Stat Med 25(4):559-573. doi:10.1002/sim.2324

    Examples
    --------
    >>> low, high = newcombe_auc(1.0, 19, 82, confidence=0.95)
    >>> round(low, 3), high
    (0.936, 1.0)
    """
    _refuse_auc(auc, positives, negatives)
    z = normal_quantile(confidence)

    def excess(theta):
        return (auc - theta) ** 2 - z**2 * newcombe_variance(theta, positives, negatives)

    inside = 1 - 1e-12  # an AUC of 0 or 1 is itself a root, and not the one sought
    low = brentq(excess, 0.0, auc * inside, xtol=1e-14) if auc > 0 else 0.0
    high = brentq(excess, 1 - (1 - auc) * inside, 1.0, xtol=1e-14) if auc < 1 else 1.0
    return float(low), float(high)


def newcombe_variance(auc, positives, negatives):
    """Variance of an AUC under exponential scores, the groups' sizes pooled (Newcombe 2006)."""
    pooled = (positives + negatives) / 2 - 1
    spread = 1 + pooled * (1 - auc) / (2 - auc) + pooled * auc / (1 + auc)
    return auc * (1 - auc) * spread / (positives * negatives)


def hanley_mcneil_variance(auc, positives, negatives):
    """Variance of an AUC under exponential scores.

    References
    ----------
    Hanley JA, McNeil BJ (1982). Radiology 143(1):29-36. doi:10.1148/radiology.143.1.7063747
    """
    two_positives = auc / (2 - auc) - auc**2
    two_negatives = 2 * auc**2 / (1 + auc) - auc**2
    total = auc * (1 - auc) + (positives - 1) * two_positives + (negatives - 1) * two_negatives
    return total / (positives * negatives)


def bootstrap(statistic, groups, *, resamples, confidence, rng):
    """Percentile interval of a statistic, patients drawn again within each group.

    Parameters
    ----------
    statistic : callable
        Of an int array of row numbers; returns a float.
    groups : list of ndarray of int
        Row numbers of each group (here: of each diagnosis), none empty.
    resamples : int
    confidence : float in (0, 1)
    rng : numpy.random.Generator

    Returns
    -------
    low, high : float
        nan when no resample gives a value.

    References
    ----------
    Efron B, Tibshirani RJ (1993). An Introduction to the Bootstrap, ch. 13.
    """
    drawn = [
        statistic(np.concatenate([rng.choice(group, group.size) for group in groups]))
        for _ in range(resamples)
    ]
    if np.isnan(drawn).all():
        return UNDEFINED
    tail = (1 - confidence) / 2
    return tuple(float(q) for q in np.nanquantile(drawn, [tail, 1 - tail]))


def _of_proportion(successes, trials, method, confidence):
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(
            f"{successes} successes in {trials} trials is not a proportion; expected at least one "
            "trial and no more successes than trials."
        )
    low, high = proportion_confint(successes, trials, alpha=1 - confidence, method=method)
    return (0.0 if successes == 0 else float(low), 1.0 if successes == trials else float(high))


def _refuse_auc(auc, positives, negatives):
    if not 0 <= auc <= 1 or min(positives, negatives) < 1:
        raise ValueError(
            f"An AUC of {auc} from {positives} against {negatives} patients has no interval; "
            "expected an AUC from 0 to 1 and at least one patient on each side."
        )
