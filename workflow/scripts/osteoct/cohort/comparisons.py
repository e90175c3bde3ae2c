"""Statistical tests between the cohorts of a table of patients, chosen by the data."""

from itertools import combinations

import numpy as np
from scipy import stats
from statsmodels.stats.diagnostic import lilliefors

UNTESTED = {"test": "not tested", "statistic_name": "", "statistic": np.nan, "p": np.nan}
MIN_FOR_NORMALITY = 4
NORMAL_ABOVE_P = 0.05  # as SPSS does it
EXACT_BELOW_EXPECTED = 5  # Cochran (1954): a smaller expected count spoils the chi-squared test


def normality(values):
    """Kolmogorov-Smirnov test of normality with Lilliefors' correction.

    Parameters
    ----------
    values : ndarray of float, shape (n,)

    Returns
    -------
    distance, p : float
        Largest distance of the sample's distribution from the normal one of the same mean and SD,
        and its P, between 0.001 and 0.99; nan for fewer than four values or values all alike.

    References
    ----------
    Lilliefors HW (1967). J Am Stat Assoc 62:399-402. doi:10.1080/01621459.1967.10482916
    """
    if len(values) < MIN_FOR_NORMALITY or np.ptp(values) == 0:
        return np.nan, np.nan
    return tuple(float(value) for value in lilliefors(values, dist="norm", pvalmethod="table"))


def compare_numbers(groups):
    """Compare a quantity between cohorts.

    Parameters
    ----------
    groups : list of ndarray of float
        One array for each cohort, without missing values.
        If `normality` gives each of them a P above `NORMAL_ABOVE_P`, means are compared by one-way
        ANOVA, otherwise ranks by Kruskal-Wallis. A cohort too small to be tested does not count as
        normal.

    Returns
    -------
    dict
        `normal` (bool), `test`, `statistic_name`, `statistic`, `p`, and beside them the P of all
        three tests: `p_anova`, `p_welch`, `p_kruskal`; nan where a cohort has fewer than two.
    """
    normal = all(normality(group)[1] > NORMAL_ABOVE_P for group in groups)
    if min(map(len, groups)) < 2 or np.ptp(np.concatenate(groups)) == 0:
        return {"normal": normal, **UNTESTED}
    anova, kruskal = stats.f_oneway(*groups), stats.kruskal(*groups)
    spread = min(np.ptp(group) for group in groups) > 0
    welch = stats.f_oneway(*groups, equal_var=False).pvalue if spread else np.nan
    chosen = (
        {"test": "one-way ANOVA", "statistic_name": "F", "statistic": float(anova.statistic)}
        if normal
        else {"test": "Kruskal-Wallis", "statistic_name": "H", "statistic": kruskal.statistic}
    )
    return {
        "normal": normal,
        **chosen,
        "p": float(anova.pvalue if normal else kruskal.pvalue),
        "p_anova": float(anova.pvalue),
        "p_welch": float(welch),
        "p_kruskal": float(kruskal.pvalue),
    }


def compare_counts(counts, *, rng, exact_resamples):
    """Compare how a category is distributed in cohorts.

    Parameters
    ----------
    counts : ndarray of int, shape (n_cohorts, n_levels)
    rng : numpy.random.Generator
        For the random tables of the exact test.
    exact_resamples : int
        Random tables, of the same margins, from which the Fisher-Freeman-Halton test takes its P.
        It replaces the chi-squared test where an expected count is below `EXACT_BELOW_EXPECTED`.

    Returns
    -------
    dict
        `test`, `statistic_name`, `statistic`, `p`; the exact test has a P alone.

    References
    ----------
    Freeman GH, Halton JH (1951). Biometrika 38:141-149. doi:10.1093/biomet/38.1-2.141
    """
    counts = np.asarray(counts)
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] < 2 or (counts.sum(axis=1) == 0).any():
        return dict(UNTESTED)
    chi2 = stats.chi2_contingency(counts, correction=False)
    if chi2.expected_freq.min() >= EXACT_BELOW_EXPECTED:
        return {
            "test": "chi-squared",
            "statistic_name": "χ²",
            "statistic": float(chi2.statistic),
            "p": float(chi2.pvalue),
        }
    p = exact_p_value(counts, rng, exact_resamples)
    return {**UNTESTED, "test": "Fisher-Freeman-Halton", "p": p}


def exact_p_value(counts, rng, resamples):
    """Fraction of random tables of the same margins that are as unlikely as this one, or more."""
    margins = stats.random_table(counts.sum(axis=1), counts.sum(axis=0))
    drawn = margins.logpmf(margins.rvs(resamples, random_state=rng))
    return float(1 + (drawn <= margins.logpmf(counts) + 1e-9).sum()) / (1 + resamples)


def max_difference(groups):
    """Largest standardised mean difference between any two cohorts, 0 or more.

    Parameters
    ----------
    groups : list of ndarray of float

    Returns
    -------
    float
        nan where a cohort has fewer than two values or none of two has any spread.
    """
    if min(map(len, groups)) < 2:
        return np.nan
    found = []
    for one, other in combinations(groups, 2):
        spread = np.sqrt((np.var(one, ddof=1) + np.var(other, ddof=1)) / 2)
        found.append(abs(np.mean(one) - np.mean(other)) / spread if spread > 0 else np.nan)
    return float(np.max(found))


def max_fraction_difference(counts):
    """Largest standardised difference of fractions between any two cohorts, 0 or more.

    The multivariate form for categories of any number of levels.

    Parameters
    ----------
    counts : ndarray of int, shape (n_cohorts, n_levels)

    Returns
    -------
    float
        nan where a cohort is empty or a covariance has no inverse.

    References
    ----------
    Yang D, Dalton JE (2012). A unified approach to measuring the effect size between two groups
    using SAS. SAS Global Forum, paper 335.
    """
    counts = np.asarray(counts, dtype=float)
    if (counts.sum(axis=1) == 0).any():
        return np.nan
    fractions = (counts / counts.sum(axis=1, keepdims=True))[:, 1:]
    found = []
    for one, other in combinations(fractions, 2):
        covariance = (
            sum(np.diag(fraction) - np.outer(fraction, fraction) for fraction in (one, other)) / 2
        )
        if np.linalg.matrix_rank(covariance) < len(one):
            return np.nan
        gap = one - other
        found.append(np.sqrt(gap @ np.linalg.solve(covariance, gap)))
    return float(np.max(found))
