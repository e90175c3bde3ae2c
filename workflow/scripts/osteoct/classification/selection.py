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
from sklearn.svm import SVC
from sklearn.utils.validation import validate_data

from osteoct.classification.filters import DropRedundant, DropUnreliable, FillMissing
from osteoct.storage import StudyProblem

with warnings.catch_warnings():  # its import silences every warning of the process
    from mrmr import mrmr_classif


def selection_steps(*, seed, redundancy, rfe, mrmr, lasso, reliability=None, missing=None):
    """The steps of the selection, in order, for the front of a pipeline.

    Parameters
    ----------
    seed : int
        Of the forests of the elimination.
    redundancy, rfe, mrmr, lasso : dict
        Arguments of `DropRedundant`, `RecursiveElimination`, `MrmrSelector`, `LassoPathSelector`.
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
        ("rfe", RecursiveElimination(seed=seed, **rfe)),
        ("mrmr", MrmrSelector(**mrmr)),
        ("lasso", LassoPathSelector(**lasso)),
    ]


class RecursiveElimination(SelectorMixin, BaseEstimator):
    """Recursive feature elimination (RFE) by a balanced random forest or linear SVM.

    A forest ranks features by their importances, a linear support vector machine (the first form
    of the method) by its weights. Of scikit-learn's RFE only the answer is kept, not its models.

    Parameters
    ----------
    keep : int
        Features that stay; all, if there are fewer.
    step : float in (0, 1)
        Fraction of the features at the start that each round drops.
    trees : int
        Of the forest of each round; a linear SVM ignores it.
    seed : int
        Of the forest; a linear SVM ignores it.
    estimator : {"forest", "linear_svm"}

    Attributes
    ----------
    support_ : ndarray of bool, shape (n_features,)

    References
    ----------
    Guyon I. et al. (2002). Gene selection for cancer classification using support vector
    machines. Mach Learn 46:389-422. doi:10.1023/A:1012487302797
    """

    def __init__(self, *, keep, step, trees, seed, estimator="forest"):
        self.keep = keep
        self.step = step
        self.trees = trees
        self.seed = seed
        self.estimator = estimator

    def fit(self, X, y):
        """Learn which features matter; y holds classes, shape (n_patients,)."""
        values = validate_data(self, X)
        self.support_ = np.ones(values.shape[1], dtype=bool)
        if values.shape[1] > self.keep:
            rounds = RFE(self._ranking(), n_features_to_select=self.keep, step=self.step)
            self.support_ = rounds.fit(values, y).support_
        return self

    def _ranking(self):
        """The unfitted model that ranks the features of a round."""
        if self.estimator == "linear_svm":
            return SVC(kernel="linear", class_weight="balanced")
        return RandomForestClassifier(
            self.trees, class_weight="balanced", random_state=self.seed, n_jobs=1
        )

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
            raise StudyProblem(
                f"mRMR finds no relevant feature among {frame.shape[1]} in {len(frame)} patients "
                f"of {classes.nunique()} classes: one class needs two patients or more."
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
