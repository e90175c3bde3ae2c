"""Decision curves: net benefit of referral by the model, of referring all and of none."""

import numpy as np
import pandas as pd

from osteoct.classification.predictions import EVALUATED, of_split

DECISIONS = {
    "osteoporosis": ("osteoporosis",),
    "low bone mass": ("osteopenia", "osteoporosis"),
}


STEP = 0.01  # between two thresholds


def decision_curves(models, intervals, *, thresholds):
    """Net benefit of referring patients by each model, at a row of thresholds.

    Parameters
    ----------
    models : dict of str to DataFrame
        Predictions by model, as `predictions.read_predictions` returns them.
    intervals : osteoct.evaluation.methods.Intervals
        Its confidence, resamples and random stream; patients are drawn again from all.
    thresholds : (float, float)
        First and last threshold probability, above 0 and below 1.

    Returns
    -------
    DataFrame
        `split`, `decision` (of `DECISIONS`, against the rest), `model` (with "refer all"),
        `threshold`, `patients`, `positives`, `net_benefit`, `low` and `high` (pointwise).
    """
    first, last = thresholds
    thresholds = np.round(np.arange(first, last + STEP / 2, STEP), 10)
    tables = []
    for split in EVALUATED:
        for decision, classes in DECISIONS.items():
            for model, patients in models.items():
                here = of_split(patients, split)
                needs = here["diagnosis"].isin(classes).to_numpy()
                score = here[[f"p_{name}" for name in classes]].sum(axis=1).to_numpy(float)
                tables.append(_curve(needs, score, thresholds, intervals).assign(model=model))
                tables[-1][["split", "decision"]] = split, decision
                if model == next(iter(models)):
                    everyone = _curve(needs, np.ones(len(here)), thresholds, intervals)
                    everyone[["split", "decision"]] = split, decision
                    tables.append(everyone.assign(model="refer all"))
    head = ["split", "decision", "model"]
    table = pd.concat(tables, ignore_index=True)
    return table[head + [name for name in table if name not in head]]


def net_benefits(needs, score, thresholds):
    """What each patient adds to the net benefit at each threshold.

    A referral that was needed counts 1; one that was not costs the odds of the threshold, which is
    what the threshold says a needless referral is worth.

    Parameters
    ----------
    needs : ndarray of bool, shape (n_patients,)
    score : ndarray of float, shape (n_patients,)
        Whoever reaches the threshold is referred.
    thresholds : ndarray of float, shape (n_thresholds,)

    Returns
    -------
    ndarray of float, shape (n_patients, n_thresholds)
        The mean over patients is the net benefit.

    References
    ----------
    Vickers AJ, Elkin EB (2006). Med Decis Making 26(6):565-574. doi:10.1177/0272989X06295361

    Examples
    --------
    >>> needs, score = np.array([True, False]), np.array([0.9, 0.6])
    >>> net_benefits(needs, score, np.array([0.5, 0.8])).mean(axis=0)
    array([0. , 0.5])
    """
    referred = score[:, None] >= thresholds
    cost = thresholds / (1 - thresholds)
    return referred * np.where(needs[:, None], 1.0, -cost)


def _curve(needs, score, thresholds, intervals):
    """Net benefit of one model by threshold, with its bootstrap limits."""
    table = pd.DataFrame({"threshold": thresholds, "patients": len(needs)})
    table["positives"] = int(needs.sum())
    if not len(needs):
        return table.assign(net_benefit=np.nan, low=np.nan, high=np.nan)
    each = net_benefits(needs, score, thresholds)
    chances = np.full(len(needs), 1 / len(needs))
    drawn = intervals.rng.multinomial(len(needs), chances, intervals.resamples) @ each / len(needs)
    tail = (1 - intervals.confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return table.assign(net_benefit=each.mean(axis=0), low=low, high=high)
