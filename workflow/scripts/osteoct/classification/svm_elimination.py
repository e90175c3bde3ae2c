"""Recursive feature elimination by a linear support vector machine, the method's first form."""

from sklearn.base import BaseEstimator
from sklearn.feature_selection import RFE, SelectorMixin
from sklearn.svm import SVC
from sklearn.utils.validation import validate_data


class SvmElimination(SelectorMixin, BaseEstimator):
    """Recursive feature elimination (RFE) by the weights of a balanced linear SVM.

    Parameters
    ----------
    keep : int
        Features that stay; all, if there are fewer.
    step : float in (0, 1)
        Share of the features at the start that each round drops.

    Attributes
    ----------
    support_ : ndarray of bool, shape (n_features,)

    References
    ----------
    Guyon I. et al. (2002). Gene selection for cancer classification using support vector
    machines. Mach Learn 46:389-422. doi:10.1023/A:1012487302797
    """

    def __init__(self, *, keep, step):
        self.keep = keep
        self.step = step

    def fit(self, X, y):
        """Learn which features matter; y holds classes, shape (n_patients,)."""
        values = validate_data(self, X)
        machine = SVC(kernel="linear", class_weight="balanced")
        keep = min(self.keep, values.shape[1])
        self.support_ = (
            RFE(machine, n_features_to_select=keep, step=self.step).fit(values, y).support_
        )
        return self

    def _get_support_mask(self):
        return self.support_
