"""How often each interval holds the truth, and how wide it is, at the sizes of the study.

    make benchmark-intervals        # writes resources/intervals/coverage.csv

Proportions (sensitivity of a class, and specificity): a binomial count, so that the coverage is an
exact sum over all counts. AUCs: normal scores whose true AUC is known, of the healthy with SD 1
and of the diseased with SD 1 ("equal spread") or 2 ("unequal spread"); coverage is the fraction of
REPLICATES drawn cohorts. An interval that a method cannot give counts as one that misses.
"""

import argparse
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.stats import binom

from osteoct.evaluation.methods import AUC, PROPORTION, Intervals
from osteoct.randomness import generator
from osteoct.results import write_csv

CONFIDENCE, REPLICATES, RESAMPLES = 0.95, 2000, 1000
# Patients with normal bone mass, osteopenia, osteoporosis; "study" is config/config.yaml.
COHORTS = {
    "paper, validation": (45, 44, 18),
    "paper, test": (52, 30, 19),
    "default study, validation": (8, 7, 4),
    "default study, test": (8, 6, 3),
}
# What the paper reports of its test cohort, taken as the truth.
TRUTHS = {
    "normal": {"auc": 0.924, "sensitivity": 0.846, "specificity": 0.837},
    "osteopenia": {"auc": 0.828, "sensitivity": 0.767, "specificity": 0.746},
    "osteoporosis": {"auc": 0.960, "sensitivity": 0.947, "specificity": 0.963},
}
SPREADS = {"equal spread": 1.0, "unequal spread": 2.0}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", help="CSV to write")
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    write_csv(pd.DataFrame(coverages(arguments.seed)), arguments.table)


def coverages(seed):
    """One row for each cohort, class, quantity, model and method."""
    for cohort, sizes in COHORTS.items():
        for (name, truth), positives in zip(TRUTHS.items(), sizes, strict=True):
            negatives = sum(sizes) - positives
            row = {"cohort": cohort, "class": name}
            row |= {"n_positive": positives, "n_negative": negatives}
            row |= {"confidence": CONFIDENCE, "seed": seed}
            for measure, trials in (("sensitivity", positives), ("specificity", negatives)):
                for coverage in proportion_coverages(truth[measure], trials):
                    yield {**row, "measure": measure, "model": "binomial", **coverage}
            for model, spread in SPREADS.items():
                rng = generator(seed, cohort, name, model)
                for coverage in auc_coverages(truth["auc"], positives, negatives, spread, rng):
                    yield {**row, "measure": "auc", "model": model, **coverage}
            print(cohort, name, flush=True)


def proportion_coverages(truth, trials):
    """Exact coverage and mean width of every method."""
    chance = binom.pmf(np.arange(trials + 1), trials, truth)
    for name, method in PROPORTION.items():
        limits = [method(k, trials, confidence=CONFIDENCE) for k in range(trials + 1)]
        low, high = np.array(limits).T
        held = (low <= truth) & (truth <= high)
        yield summary(name, truth, chance @ held, chance @ (high - low), 0.0)


def auc_coverages(truth, positives, negatives, spread, rng):
    """Coverage and mean width of every method over drawn cohorts."""
    intervals = Intervals(CONFIDENCE, "wilson", "newcombe", RESAMPLES, rng)
    shift = NormalDist().inv_cdf(truth) * (1 + spread**2) ** 0.5
    drawn = pd.DataFrame(
        intervals.of_auc(shift + spread * rng.normal(size=positives), rng.normal(size=negatives))
        for _ in range(REPLICATES)
    )
    for name in AUC:
        low, high = drawn[f"{name}_low"], drawn[f"{name}_high"]
        held = (low <= truth) & (truth <= high)
        yield summary(name, truth, held.mean(), (high - low).mean(), low.isna().mean())


def summary(method, truth, coverage, width, undefined):
    numbers = {"coverage": coverage, "width": width, "undefined": undefined}
    return {"truth": truth, "method": method} | {k: round(float(v), 4) for k, v in numbers.items()}


if __name__ == "__main__":
    main()
