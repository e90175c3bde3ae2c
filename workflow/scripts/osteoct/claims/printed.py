"""What printed results imply: the counts and the failures behind them.

Printed numbers are text: "0.960" says three digits, 0.96 says nothing of the sort.
"""

from itertools import product

import numpy as np

RATES = ("sensitivity", "specificity", "accuracy")
MAX_FAILURES = 5  # failed segmentations tried as the reason of a printed mean and SD of Dice


def half_digit(printed):
    """Half a unit of the last printed digit: how far rounding can have moved a number.

    Examples
    --------
    >>> half_digit("0.96"), half_digit("101")
    (0.005, 0.5)
    """
    return 0.5 * 10.0 ** -len(printed.partition(".")[2])


def agrees(value, printed):
    """Whether a value rounds to a printed number; a value half-way rounds either way."""
    return abs(value - float(printed)) <= half_digit(printed) + 1e-9


def contingency_tables(*, patients, sensitivity, specificity, accuracy):
    """Every two-by-two table whose rates round to the printed ones.

    Parameters
    ----------
    patients : int
        All of them, with and without the disease; how many have it is not assumed.
    sensitivity, specificity, accuracy : str
        As printed.

    Returns
    -------
    list of dict
        `tp`, `fn`, `tn`, `fp`, in the order of the number of diseased patients.
    """
    found = []
    for diseased in range(1, patients):
        healthy = patients - diseased
        for tp in numerators(sensitivity, diseased):
            for tn in numerators(specificity, healthy):
                if agrees((tp + tn) / patients, accuracy):
                    found.append({"tp": tp, "fn": diseased - tp, "tn": tn, "fp": healthy - tn})
    return found


def numerators(printed, trials):
    """Every count out of `trials` whose fraction rounds to a printed proportion."""
    first = int(np.floor((float(printed) - half_digit(printed)) * trials))
    last = int(np.ceil((float(printed) + half_digit(printed)) * trials))
    candidates = range(max(0, first), min(trials, last) + 1)
    return [count for count in candidates if agrees(count / trials, printed)]


def fractions(printed, *, max_trials):
    """Every (successes, trials) up to a size whose fraction rounds to a printed proportion."""
    return [
        (count, trials)
        for trials in range(1, max_trials + 1)
        for count in numerators(printed, trials)
    ]


def joint_tables(tables, *, patients):
    """Ways to pick one table for each class so that the diseased add up to all patients.

    Parameters
    ----------
    tables : dict of str to list of dict
        Class to its candidates, as `contingency_tables` returns them.
    patients : int

    Returns
    -------
    list of dict of str to dict
    """
    picks = (dict(zip(tables, pick, strict=True)) for pick in product(*tables.values()))
    return [
        pick
        for pick in picks
        if sum(table["tp"] + table["fn"] for table in pick.values()) == patients
    ]


def one_matrix_possible(tables):
    """Whether one confusion matrix can hold these one-against-rest tables.

    Whoever is missed by the right class is called some other class: over all classes there are as
    many false negatives as false positives.
    """
    return sum(t["fn"] for t in tables.values()) == sum(t["fp"] for t in tables.values())


def failures_behind(mean, sd, *, patients, typical_sd):
    """How many failed patients, and how bad, a mean and SD of Dice imply.

    The patients are taken to be of two kinds: most with the typical spread about a mean of their
    own, and k failures that are all alike, k up to `MAX_FAILURES`. For every k the two means follow
    from the printed mean and SD; rounding of the printed numbers leaves a range.

    Parameters
    ----------
    mean, sd : str
        Over all patients, as printed; SD with n − 1.
    patients : int
    typical_sd : str
        Of patients without a failure, as printed.

    Returns
    -------
    list of dict
        `failures`, `typical_mean`, `failed_mean`, the range `failed_low` to `failed_high`, and
        `possible`: whether some of that range, and the typical mean, are Dice values.
    """
    rows = []
    for failures in range(1, MAX_FAILURES + 1):
        corners = [
            _two_means(*numbers, patients, failures)
            for numbers in product(*(_rounding_range(text) for text in (mean, sd, typical_sd)))
        ]
        typical, failed = _two_means(float(mean), float(sd), float(typical_sd), patients, failures)
        low, high = min(c[1] for c in corners), max(c[1] for c in corners)
        rows.append(
            {
                "failures": failures,
                "typical_mean": typical,
                "failed_mean": failed,
                "failed_low": low,
                "failed_high": high,
                "possible": high >= 0 and low <= 1 and typical <= 1,
            }
        )
    return rows


def with_misses(mean, sd, *, patients, misses):
    """Mean and SD of Dice when some patients have none at all.

    Parameters
    ----------
    mean, sd : float
        Of the other patients; SD with n − 1.
    patients, misses : int
        All patients, and those of Dice 0 among them.

    Returns
    -------
    mean, sd : float
        Of all patients.

    Examples
    --------
    >>> tuple(round(number, 3) for number in with_misses(0.975, 0.012, patients=101, misses=2))
    (0.956, 0.137)
    """
    found = patients - misses
    between = mean**2 * found * misses / patients
    return mean * found / patients, (((found - 1) * sd**2 + between) / (patients - 1)) ** 0.5


def _rounding_range(printed):
    return float(printed) - half_digit(printed), float(printed) + half_digit(printed)


def _two_means(mean, sd, typical_sd, patients, failures):
    """Means of the typical and the failed patients: sums of squares within and between them."""
    typical = patients - failures
    between = max(0.0, (patients - 1) * sd**2 - (typical - 1) * typical_sd**2)
    gap = (between * patients / (typical * failures)) ** 0.5
    return mean + gap * failures / patients, mean - gap * typical / patients
