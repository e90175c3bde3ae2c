"""First steps of the selection: features that are unreliable, missing or redundant are dropped.

Each learns from the training patients alone, selects columns and keeps their names.
"""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from osteoct.robustness.icc import absolute_agreement
from osteoct.robustness.repeats import ALL, KEYS, values_of
from osteoct.storage import StudyProblem
from osteoct.tables import read_table

MIN_FEMORA = 3  # an ICC of two femora can be anything


class Filter(SelectorMixin, BaseEstimator):
    """What the filters share: they keep `support_` of the columns, and accept missing values.

    Attributes
    ----------
    support_ : ndarray of bool, shape (n_features,)
        The features that stay.
    """

    def _get_support_mask(self):
        return self.support_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class DropUnreliable(Filter):
    """Drop features whose ICC(2,1) over repeated measurements is too low.

    Of the repeated measurements only those of the patients it is fitted on count: inside a fold of
    a cross-validation, the patients left out have no influence.

    Parameters
    ----------
    min_icc : float in (0, 1]
        Features below it are dropped.
    repeats : DataFrame or None
        From `robustness.measurement.measure_repeatedly`, of training patients. Used by `fit` alone.

    Attributes
    ----------
    icc_ : ndarray, shape (n_features,)
    femora_ : int
        How many of the patients were measured repeatedly.
    support_ : ndarray of bool, shape (n_features,)
    """

    def __init__(self, *, min_icc, repeats):
        self.min_icc = min_icc
        self.repeats = repeats

    def fit(self, X, y=None):
        """Learn which features stay; X is a frame indexed by patient."""
        repeats = self.repeats[self.repeats["patient"].isin(X.index)]
        self.femora_ = int(repeats["patient"].nunique())
        if self.femora_ < MIN_FEMORA:
            raise StudyProblem(
                f"selection.reliability needs {MIN_FEMORA} or more training femora measured again, "
                f"and here are {self.femora_}. Raise robustness.patients, or set "
                "selection.reliability.min_icc to 0."
            )
        values = values_of(repeats[[*KEYS, *X.columns]], ALL)
        self.icc_ = absolute_agreement(values, confidence=0.95)[0]
        self.support_ = np.nan_to_num(self.icc_, nan=-1) >= self.min_icc
        validate_data(self, X, ensure_all_finite=False)
        if not self.support_.any():
            raise StudyProblem(
                f"No feature reaches the ICC {self.min_icc:g} of selection.reliability."
            )
        return self


class FillMissing(Filter):
    """Fill missing and infinite values with the median of the training patients.

    Parameters
    ----------
    max_missing_fraction : float in [0, 1)
        A feature that lacks more than this fraction of its training values is dropped.

    Attributes
    ----------
    medians_ : ndarray, shape (n_features,)
        Of the values that are there; 0 where there are none.
    support_ : ndarray of bool, shape (n_features,)
    """

    def __init__(self, *, max_missing_fraction):
        self.max_missing_fraction = max_missing_fraction

    def fit(self, X, y=None):
        """Learn medians, and which features lack too much; X has shape (n_patients, n_features)."""
        values = _finite_or_nan(validate_data(self, X, ensure_all_finite=False))
        absent = np.isnan(values)
        self.support_ = absent.mean(axis=0) <= self.max_missing_fraction
        if not self.support_.any():
            raise StudyProblem(
                f"Every feature lacks more than {self.max_missing_fraction:.0%} of its values "
                "among the training patients."
            )
        self.medians_ = np.zeros(values.shape[1])
        some = ~absent.all(axis=0)
        self.medians_[some] = np.nanmedian(values[:, some], axis=0)
        return self

    def transform(self, X):
        """Features that stay, without gaps; X has shape (n_patients, n_features)."""
        check_is_fitted(self)
        values = _finite_or_nan(validate_data(self, X, ensure_all_finite=False, reset=False))
        return np.where(np.isnan(values), self.medians_, values)[:, self.support_]


class DropRedundant(Filter):
    """Drop features that are not finite, do not vary, or repeat an earlier one.

    Parameters
    ----------
    max_correlation : float in (0, 1]
        Of two features whose absolute Pearson correlation reaches this, the first one stays.

    Attributes
    ----------
    varying_ : ndarray of bool, shape (n_features,)
        Finite for all patients, not constant, and not so large that their variance is infinite.
    support_ : ndarray of bool, shape (n_features,)
    """

    def __init__(self, *, max_correlation):
        self.max_correlation = max_correlation

    def fit(self, X, y=None):
        """Learn which features repeat another; X has shape (n_patients, n_features)."""
        X = validate_data(self, X, ensure_all_finite=False, ensure_min_samples=2)
        with np.errstate(invalid="ignore", over="ignore"):
            spread, size = X.std(axis=0), np.abs(X).max(axis=0)
            self.varying_ = np.isfinite(spread) & (spread > 1e-12 * size)
        self.support_ = self.varying_.copy()
        columns = np.flatnonzero(self.varying_)
        if columns.size:
            self.support_[columns] = _find_first_of_correlated(X[:, columns], self.max_correlation)
        if not self.support_.any():
            raise StudyProblem("No feature varies among the training patients.")
        return self


def add_repeats(selection, tables):
    """Settings of the selection with the repeated measurements that they ask for.

    Parameters
    ----------
    selection : dict
        Section `selection` of the configuration.
    tables : list of str
        results/cohort/robustness_training.csv, or nothing if `min_icc` is 0.

    Returns
    -------
    dict
        Settings of `selection.selection_steps`.
    """
    repeats = read_table(tables[0]) if tables else None
    return {**selection, "reliability": {**selection["reliability"], "repeats": repeats}}


def remove_repeats(selector):
    """Take the patients' measurements out of a fitted selection, which is kept in a file."""
    if "reliability" in selector.named_steps:
        selector.set_params(reliability__repeats=None)
    return selector


def _finite_or_nan(values):
    values = np.asarray(values, dtype=float)
    return np.where(np.isfinite(values), values, np.nan)


def _find_first_of_correlated(values, max_correlation):
    """For each column, whether no kept column before it correlates as strongly as that."""
    correlated = np.abs(np.corrcoef(values, rowvar=False)) >= max_correlation
    correlated = np.atleast_2d(correlated)
    kept = np.zeros(values.shape[1], dtype=bool)
    for column in range(values.shape[1]):
        kept[column] = not (correlated[column] & kept).any()
    return kept
