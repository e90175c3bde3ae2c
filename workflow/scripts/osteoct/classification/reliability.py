"""An optional first step of the selection: drop features that small changes would change."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import validate_data

from osteoct.robustness.icc import absolute_agreement
from osteoct.robustness.repeats import ALL, KEYS, values_of
from osteoct.tables import read_table

FEWEST = 3  # femora; an ICC of two is anything


class DropUnreliable(SelectorMixin, BaseEstimator):
    """Drop features whose ICC(2,1) over repeated measurements is too low.

    Of the repeated measurements only those of the patients it is fitted on count: inside a fold of
    a cross-validation, the patients left out have no say.

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
        seen = self.repeats[self.repeats["patient"].isin(X.index)]
        self.femora_ = int(seen["patient"].nunique())
        if self.femora_ < FEWEST:
            raise ValueError(
                f"selection.reliability needs {FEWEST} or more training femora measured again, "
                f"this part of the patients has {self.femora_}. Raise robustness.patients, or set "
                "selection.reliability.min_icc to 0."
            )
        values = values_of(seen[[*KEYS, *X.columns]], ALL)
        self.icc_ = absolute_agreement(values, confidence=0.95)[0]
        self.support_ = np.nan_to_num(self.icc_, nan=-1) >= self.min_icc
        validate_data(self, X, ensure_all_finite=False)
        if not self.support_.any():
            raise ValueError(
                f"No feature reaches the ICC {self.min_icc:g} of selection.reliability."
            )
        return self

    def _get_support_mask(self):
        return self.support_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def with_repeats(selection, tables):
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
    read = [read_table(path) for path in tables]
    reliability = {**selection["reliability"], "repeats": read[0] if read else None}
    return {**selection, "reliability": reliability}


def forget_repeats(selector):
    """Take the patients' measurements out of a fitted selection: it is kept in a file."""
    if "reliability" in selector.named_steps:
        selector.set_params(reliability__repeats=None)
    return selector
