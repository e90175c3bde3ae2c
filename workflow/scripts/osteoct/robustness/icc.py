"""Intraclass correlation: how much of a feature's variance is between femora."""

import numpy as np
from scipy.stats import f as f_distribution


def absolute_agreement(values, *, confidence):
    """ICC(2,1) of many features at once: two-way random effects, absolute agreement.

    Parameters
    ----------
    values : ndarray, shape (n_femora, n_measurements, n_features)
        Every femur measured in the same ways; two or more of each.
    confidence : float in (0, 1)

    Returns
    -------
    icc, low, high : ndarray, shape (n_features,)
        At most 1, which is perfect agreement. nan for a feature that never varies, or with fewer
        than two femora or measurements.

    References
    ----------
    Shrout PE, Fleiss JL (1979). Psychol Bull 86(2):420-428. doi:10.1037/0033-2909.86.2.420
    McGraw KO, Wong SP (1996). Psychol Methods 1(1):30-46, table 7. doi:10.1037/1082-989X.1.1.30
    """
    values = np.asarray(values, dtype=float)
    n, k, features = values.shape
    if min(n, k) < 2:
        return tuple(np.full((3, features), np.nan))
    rows, columns, error = mean_squares(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        icc = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
        a, b = k * icc / (n * (1 - icc)), 1 + k * icc * (n - 1) / (n * (1 - icc))
        freedom = (a * columns + b * error) ** 2 / (
            (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
        )
        tail = (1 + confidence) / 2
        lower, upper = (
            f_distribution.ppf(tail, n - 1, freedom),
            f_distribution.ppf(tail, freedom, n - 1),
        )
        shared = k * columns + (k * n - k - n) * error
        low = n * (rows - lower * error) / (lower * shared + n * rows)
        high = n * (upper * rows - error) / (shared + n * upper * rows)
    perfect = (error + columns <= 1e-18 * rows) & (rows > 0)
    return tuple(np.where(perfect, 1.0, limit) for limit in (icc, low, high))


def mean_squares(values):
    """Mean squares of a two-way layout without repeats: femora, measurements, what is left.

    Parameters
    ----------
    values : ndarray, shape (n_femora, n_measurements, n_features)

    Returns
    -------
    rows, columns, error : ndarray, shape (n_features,)
    """
    n, k, _ = values.shape
    values = values - values.mean(axis=(0, 1))
    by_row, by_column = values.mean(axis=1), values.mean(axis=0)
    left = values - by_row[:, None] - by_column[None]
    return (
        k * (by_row**2).sum(axis=0) / (n - 1),
        n * (by_column**2).sum(axis=0) / (k - 1),
        (left**2).sum(axis=(0, 1)) / ((n - 1) * (k - 1)),
    )
