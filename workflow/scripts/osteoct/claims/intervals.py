"""Every method that may stand behind a printed interval, and whether it gives its digits."""

import numpy as np

from osteoct.claims.printed import agrees, half_digit, numerators
from osteoct.evaluation.intervals import (
    agresti_coull,
    clopper_pearson,
    exact_auc,
    hanley_mcneil_variance,
    jeffreys,
    newcombe_auc,
    normal_quantile,
    wald,
    wilson,
)

NAMES = {
    "wilson": "Wilson score",
    "wilson_continuity": "Wilson score with continuity correction",
    "wilson_effective": "Wilson score on the effective number",
    "clopper_pearson": "Clopper-Pearson",
    "jeffreys": "Jeffreys",
    "agresti_coull": "Agresti-Coull",
    "wald": "Wald",
    "exact_auc": "Binomial exact on all patients",
    "newcombe": "Newcombe's method 5",
    "hanley_mcneil": "Hanley-McNeil",
    "hanley_mcneil_logit": "Hanley-McNeil on the logit",
    "delong": "DeLong",
    "bootstrap": "bootstrap",
}
NEED_SCORES = ("delong", "bootstrap")  # may be stated, but printed numbers cannot give them


def proportion_intervals(successes, trials, *, confidence):
    """Interval of a proportion by every method in common use: dict of name to (low, high)."""
    counts = {"successes": successes, "trials": trials, "confidence": confidence}
    p = successes / trials
    return {
        "wilson": wilson(**counts),
        "wilson_continuity": wilson_continuity(**counts),
        "clopper_pearson": clopper_pearson(**counts),
        "jeffreys": jeffreys(**counts),
        "agresti_coull": agresti_coull(**counts),
        "wald": wald(p, (p * (1 - p) / trials) ** 0.5, confidence=confidence),
    }


def wilson_continuity(successes, trials, *, confidence):
    """Wilson score interval with continuity correction.

    References
    ----------
    Newcombe RG (1998). Stat Med 17(8):857-872, method 4.
    """
    z, p = normal_quantile(confidence), successes / trials
    centre, scale = 2 * trials * p + z**2, 2 * (trials + z**2)
    down = z * (z**2 - 2 - 1 / trials + 4 * p * (trials * (1 - p) + 1)) ** 0.5
    up = z * (z**2 + 2 - 1 / trials + 4 * p * (trials * (1 - p) - 1)) ** 0.5
    low = 0.0 if successes == 0 else (centre - 1 - down) / scale
    high = 1.0 if successes == trials else (centre + 1 + up) / scale
    return max(0.0, low), min(1.0, high)


def auc_intervals(auc, positives, negatives, *, confidence):
    """Interval of an AUC by every method that needs no scores: dict of name to (low, high)."""
    patients = positives + negatives
    error = hanley_mcneil_variance(auc, positives, negatives) ** 0.5
    effective = auc * (1 - auc) / error**2 if error else np.nan
    logit = np.log(auc / (1 - auc)) if 0 < auc < 1 else np.nan
    margin = normal_quantile(confidence) * error / (auc * (1 - auc)) if error else np.nan
    binomial_error = (auc * (1 - auc) / patients) ** 0.5
    return {
        "exact_auc": exact_auc(auc, patients, confidence=confidence),
        "newcombe": newcombe_auc(auc, positives, negatives, confidence=confidence),
        "wilson": wilson(auc * patients, patients, confidence=confidence),
        "wilson_effective": wilson(auc * effective, effective, confidence=confidence)
        if error
        else (np.nan, np.nan),
        "hanley_mcneil": wald(auc, error, confidence=confidence),
        "hanley_mcneil_logit": tuple(
            float(1 / (1 + np.exp(-(logit + side * margin)))) for side in (-1, 1)
        ),
        "wald": wald(auc, binomial_error, confidence=confidence),
    }


def possible_aucs(printed, positives, negatives):
    """Every AUC that rounds to a printed one: it is a count of half pairs out of 2·n₊·n₋."""
    halves = 2 * positives * negatives
    return [count / halves for count in numerators(printed, halves)]


def reproduces(interval, low, high):
    """Whether an interval rounds to printed limits."""
    return agrees(interval[0], low) and agrees(interval[1], high)


def implied_standard_error(estimate, low, high, *, confidence):
    """Standard error of a printed interval, if it is a Wald one.

    Parameters
    ----------
    estimate, low, high : str
        As printed.
    confidence : float in (0, 1)

    Returns
    -------
    float
        nan when the interval is not symmetric about the estimate, within rounding; a limit of
        exactly 0 or 1 may have been cut off, and then the other one decides.
    """
    below, above = float(estimate) - float(low), float(high) - float(estimate)
    slack = half_digit(low) + half_digit(high) + 2 * half_digit(estimate) + 1e-9
    z = normal_quantile(confidence)
    if abs(below - above) <= slack:
        return (below + above) / 2 / z
    if float(high) == 1 and below > above:
        return below / z
    if float(low) == 0 and above > below:
        return above / z
    return np.nan
