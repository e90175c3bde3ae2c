"""The interval methods that are printed, and those of the values tables."""

from dataclasses import dataclass

import numpy as np

from osteoct.evaluation.auc import (
    bootstrap_bca_auc,
    delong_auc,
    delong_logit_auc,
    delong_variance,
    roc_auc,
)
from osteoct.evaluation.intervals import (
    agresti_coull,
    bootstrap,
    clopper_pearson,
    exact_auc,
    jeffreys,
    newcombe_auc,
    wilson,
)
from osteoct.randomness import generator

PROPORTION = {
    "wilson": wilson,
    "clopper_pearson": clopper_pearson,
    "jeffreys": jeffreys,
    "agresti_coull": agresti_coull,
}
AUC = ("newcombe", "exact_auc", "delong", "delong_logit", "bootstrap_bca")
METHODS = (*PROPORTION, *AUC, "bootstrap")
NAMES = {
    "wilson": "Wilson score",
    "clopper_pearson": "Clopper-Pearson",
    "jeffreys": "Jeffreys",
    "agresti_coull": "Agresti-Coull",
    "newcombe": "Newcombe’s Wilson-type method 5",
    "exact_auc": "binomial exact on all patients (MedCalc’s)",
    "delong": "DeLong",
    "delong_logit": "DeLong on the logit",
    "bootstrap_bca": "BCa bootstrap",
    "bootstrap": "percentile bootstrap",
}


@dataclass(frozen=True)
class Intervals:
    """How every interval of the study's own results is made.

    Parameters
    ----------
    confidence : float in (0, 1)
    proportion, auc : str
        The methods whose limits are printed, of `PROPORTION` and of `AUC`.
    resamples : int
        Of the bootstraps.
    rng : numpy.random.Generator
    """

    confidence: float
    proportion: str
    auc: str
    resamples: int
    rng: np.random.Generator

    @classmethod
    def seeded(cls, seed, purpose, **settings):
        """Intervals whose bootstraps draw from the study's stream of that purpose."""
        return cls(rng=generator(seed, purpose), **settings)

    def of_proportion(self, successes, trials):
        """Interval of a proportion: dict of `method`, `low`, `high`, and the limits by each."""
        limits = {
            name: method(successes, trials, confidence=self.confidence)
            for name, method in PROPORTION.items()
        }
        return _row(limits, self.proportion)

    def of_auc(self, positive, negative):
        """Interval of an AUC, from the scores of the diseased and the healthy; none empty."""
        level = {"confidence": self.confidence}
        auc, variance = roc_auc(positive, negative), delong_variance(positive, negative)
        drawing = {"resamples": self.resamples, "rng": self.rng}
        limits = {
            "newcombe": newcombe_auc(auc, len(positive), len(negative), **level),
            "exact_auc": exact_auc(auc, len(positive) + len(negative), **level),
            "delong": delong_auc(auc, variance, **level),
            "delong_logit": delong_logit_auc(auc, variance, **level),
            "bootstrap_bca": bootstrap_bca_auc(positive, negative, **level, **drawing),
        }
        return _row(limits, self.auc)

    def of_statistic(self, statistic, groups):
        """Interval of anything else, by `intervals.bootstrap` within groups of rows."""
        drawing = {"resamples": self.resamples, "confidence": self.confidence, "rng": self.rng}
        return _row({"bootstrap": bootstrap(statistic, groups, **drawing)}, "bootstrap")


def printed_method(values, measure):
    """Name of the method whose limits a table of values prints for a measure.

    Parameters
    ----------
    values : DataFrame
        With `measure` and `method`, the latter empty where there is no interval.
    measure : str

    Returns
    -------
    str
    """
    methods = values.loc[(values["measure"] == measure) & (values["estimate"].notna()), "method"]
    return NAMES[methods.iloc[0]] if len(methods) else "no interval"


def _row(limits, printed):
    row = {"method": printed, "low": limits[printed][0], "high": limits[printed][1]}
    for method, (low, high) in limits.items():
        row |= {f"{method}_low": low, f"{method}_high": high}
    return row
