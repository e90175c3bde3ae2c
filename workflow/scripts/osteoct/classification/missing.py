"""Features that lack values in some patients: filled from the training patients, or dropped."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class FillMissing(SelectorMixin, BaseEstimator):
    """Fill missing and infinite values with the median of the training patients.

    Parameters
    ----------
    largest_share : float in [0, 1)
        A feature that lacks more than this share of its training values is dropped.

    Attributes
    ----------
    medians_ : ndarray, shape (n_features,)
        Of the values that are there; 0 where there are none.
    support_ : ndarray of bool, shape (n_features,)
        The features that stay.
    """

    def __init__(self, *, largest_share):
        self.largest_share = largest_share

    def fit(self, X, y=None):
        """Learn medians, and which features lack too much; X has shape (n_patients, n_features)."""
        values = _finite_or_nan(validate_data(self, X, ensure_all_finite=False))
        absent = np.isnan(values)
        self.support_ = absent.mean(axis=0) <= self.largest_share
        if not self.support_.any():
            raise ValueError(
                f"Every feature lacks more than {self.largest_share:.0%} of its values among the "
                "training patients."
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

    def _get_support_mask(self):
        return self.support_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _finite_or_nan(values):
    values = np.asarray(values, dtype=float)
    return np.where(np.isfinite(values), values, np.nan)
