"""From 1,184 features to 15: each step an estimator that learns from training patients alone.

All select columns and keep their names, so they chain in one scikit-learn pipeline
(`selection_steps`), which is refitted inside every fold of a cross-validation.
"""

import warnings

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import RFE, SelectorMixin
from sklearn.linear_model import lars_path
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import validate_data

from osteoct.classification.missing import FillMissing
from osteoct.classification.reliability import DropUnreliable
from osteoct.classification.svm_elimination import SvmElimination

with warnings.catch_warnings():  # its import silences every warning of the process
    from mrmr import mrmr_classif


def selection_steps(*, seed, redundancy, rfe, mrmr, lasso, reliability=None, missing=None):
    """The steps of the selection, in order, for the front of a pipeline.

    Parameters
    ----------
    seed : int
        Of the forests of the elimination.
    redundancy, rfe, mrmr, lasso : dict
        Arguments of `DropRedundant`, `ForestElimination` (or `SvmElimination`, if the estimator is
        linear_svm), `MrmrSelector`, `LassoPathSelector`.
    reliability, missing : dict, optional
        Arguments of `DropUnreliable` (left out if `min_icc` is 0) and `FillMissing`, first of all.

    Returns
    -------
    list of (str, estimator)
    """
    is_asked = reliability and reliability["min_icc"]
    return [
        *([("reliability", DropUnreliable(**reliability))] if is_asked else []),
        *([("missing", FillMissing(**missing))] if missing else []),
        ("redundancy", DropRedundant(**redundancy)),
        ("scale", StandardScaler()),
        ("rfe", _elimination(seed, **rfe)),
        ("mrmr", MrmrSelector(**mrmr)),
        ("lasso", LassoPathSelector(**lasso)),
    ]


class DropRedundant(SelectorMixin, BaseEstimator):
    """Drop features that are not finite, do not vary, or repeat an earlier one.

    Parameters
    ----------
    correlation_below : float in (0, 1]
        Of two features whose absolute Pearson correlation reaches this, the first one stays.

    Attributes
    ----------
    varying_ : ndarray of bool, shape (n_features,)
        Finite for all patients, not constant, and not so large that their variance is infinite.
    support_ : ndarray of bool, shape (n_features,)
        The features that stay.
    """

    def __init__(self, *, correlation_below):
        self.correlation_below = correlation_below

    def fit(self, X, y=None):
        """Learn which features repeat another; X has shape (n_patients, n_features)."""
        X = validate_data(self, X, ensure_all_finite=False, ensure_min_samples=2)
        with np.errstate(invalid="ignore", over="ignore"):
            spread, size = X.std(axis=0), np.abs(X).max(axis=0)
            self.varying_ = np.isfinite(spread) & (spread > 1e-12 * size)
        self.support_ = self.varying_.copy()
        columns = np.flatnonzero(self.varying_)
        if columns.size:
            self.support_[columns] = _first_of_their_kind(X[:, columns], self.correlation_below)
        if not self.support_.any():
            raise ValueError("No feature varies among the training patients.")
        return self

    def _get_support_mask(self):
        return self.support_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class ForestElimination(SelectorMixin, BaseEstimator):
    """Recursive feature elimination (RFE) by the importances of a balanced random forest.

    Of scikit-learn's RFE only the answer is kept, not its forest.

    Parameters
    ----------
    keep : int
        Features that stay; all, if there are fewer.
    step : float in (0, 1)
        Share of the features at the start that each round drops.
    trees : int
        Of the forest of each round.
    seed : int

    Attributes
    ----------
    support_ : ndarray of bool, shape (n_features,)

    References
    ----------
    Guyon I. et al. (2002). Gene selection for cancer classification using support vector
    machines. Mach Learn 46:389-422. doi:10.1023/A:1012487302797
    """

    def __init__(self, *, keep, step, trees, seed):
        self.keep = keep
        self.step = step
        self.trees = trees
        self.seed = seed

    def fit(self, X, y):
        """Learn which features matter; y holds classes, shape (n_patients,)."""
        values = validate_data(self, X)
        forest = RandomForestClassifier(
            self.trees, class_weight="balanced", random_state=self.seed, n_jobs=1
        )
        self.support_ = np.ones(values.shape[1], dtype=bool)
        if values.shape[1] > self.keep:
            rounds = RFE(forest, n_features_to_select=self.keep, step=self.step).fit(values, y)
            self.support_ = rounds.support_
        return self

    def _get_support_mask(self):
        return self.support_


class MrmrSelector(SelectorMixin, BaseEstimator):
    """Minimum redundancy, maximum relevance: F statistic over mean absolute correlation.

    This is mrmr-selection's `mrmr_classif`, as an estimator.

    Parameters
    ----------
    keep : int
        Features that stay; fewer, if fewer have any relevance.

    Attributes
    ----------
    ranking_ : list of int
        The chosen columns, in the order of their choice.
    support_ : ndarray of bool, shape (n_features,)

    References
    ----------
    Ding C., Peng H. (2005). Minimum redundancy feature selection from microarray gene
    expression data. J Bioinform Comput Biol 3:185-205. doi:10.1142/S0219720005001004
    """

    def __init__(self, *, keep):
        self.keep = keep

    def fit(self, X, y):
        """Rank the features; y holds classes, shape (n_patients,)."""
        frame = pd.DataFrame(validate_data(self, X))
        classes = pd.Series(np.asarray(y))
        self.ranking_ = mrmr_classif(frame, classes, K=self.keep, n_jobs=1, show_progress=False)
        if not self.ranking_:
            raise ValueError(
                f"mRMR finds no relevant feature among {frame.shape[1]} in {len(frame)} patients "
                f"of {classes.nunique()} classes: two patients of one class at least are needed."
            )
        self.support_ = np.isin(np.arange(frame.shape[1]), self.ranking_)
        return self

    def _get_support_mask(self):
        return self.support_


class LassoPathSelector(SelectorMixin, BaseEstimator):
    """The first features that the LASSO lets in, on its exact path from strong to no penalty.

    The classes count as numbers in their order (0 normal, 1 osteopenia, 2 osteoporosis). The
    path bends at knots, where a feature enters or leaves; the answer is the first knot with
    `keep` features, so there is no penalty to tune and no tie.

    Parameters
    ----------
    keep : int
        Features that stay; if the path never has as many (no more than patients less one, and
        no more than there are), the first knot with most of them.

    Attributes
    ----------
    alphas_ : ndarray, shape (n_knots,)
        Penalty at each knot, falling; scikit-learn's scale, (1/2n)·squared error + alpha·|w|.
    path_ : ndarray, shape (n_features, n_knots)
        Coefficients at each knot.
    knot_ : int
        The chosen knot.
    coef_ : ndarray, shape (n_features,)
        Coefficients there.
    support_ : ndarray of bool, shape (n_features,)

    References
    ----------
    Efron B. et al. (2004). Least angle regression. Ann Stat 32:407-499.
    doi:10.1214/009053604000000067
    """

    def __init__(self, *, keep):
        self.keep = keep

    def fit(self, X, y):
        """Follow the path; y holds the classes as numbers in their order, (n_patients,)."""
        values = validate_data(self, X)
        target = np.asarray(y, dtype=float)
        centred = values - values.mean(axis=0)
        self.alphas_, _, self.path_ = lars_path(centred, target - target.mean(), method="lasso")
        active = (self.path_ != 0).sum(axis=0)
        self.knot_ = int(np.argmax(active >= min(self.keep, active.max())))
        self.coef_ = self.path_[:, self.knot_]
        self.support_ = self.coef_ != 0
        return self

    def _get_support_mask(self):
        return self.support_


def _elimination(seed, *, keep, step, trees, estimator="forest"):
    """The elimination by a forest, or by a linear SVM, which takes no seed."""
    if estimator == "linear_svm":
        return SvmElimination(keep=keep, step=step)
    return ForestElimination(keep=keep, step=step, trees=trees, seed=seed)


def _first_of_their_kind(values, correlation_below):
    """For each column, whether no kept column before it correlates as strongly as that."""
    correlated = np.abs(np.corrcoef(values, rowvar=False)) >= correlation_below
    correlated = np.atleast_2d(correlated)
    kept = np.zeros(values.shape[1], dtype=bool)
    for column in range(values.shape[1]):
        kept[column] = not (correlated[column] & kept).any()
    return kept
