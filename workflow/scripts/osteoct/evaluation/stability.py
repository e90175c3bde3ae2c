"""Stability of the selection on bootstrap resamples of the training patients."""

import logging

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline
from sklearn.utils.parallel import Parallel, delayed

from osteoct.classification.selection import selection_steps
from osteoct.evaluation.intervals import normal_quantile
from osteoct.randomness import generator

logger = logging.getLogger(__name__)


def resample_selection(features, classes, *, seed, selection, settings, threads):
    """Repeat the selection on training patients drawn with replacement, within each class.

    Parameters
    ----------
    features : DataFrame, shape (n_patients, n_features)
        Training patients only.
    classes : Series of int, shape (n_patients,)
    seed : int
    selection : dict
        Settings of `selection.selection_steps`.
    settings : dict
        `resamples`, and `trees` of each forest of the elimination, fewer than the model's for time.
    threads : int
        Resamples worked on at a time; no result depends on it.

    Returns
    -------
    DataFrame of bool, shape (n_resamples, n_features)
        Whether each feature was selected. A resample in which nothing can be selected, as happens
        when a class is one patient over and over, is left out and logged.
    """
    lighter = {**selection, "rfe": {**selection["rfe"], "trees": settings["trees"]}}
    groups = [np.flatnonzero(classes == code) for code in np.unique(classes)]
    drawn = []
    for number in range(settings["resamples"]):
        rng = generator(seed, "stability", str(number))
        drawn.append(np.concatenate([rng.choice(group, group.size) for group in groups]))
    chosen = Parallel(n_jobs=threads)(
        delayed(_select)(features.iloc[rows], classes.iloc[rows], seed, lighter) for rows in drawn
    )
    for problem in filter(None, (problem for _, problem in chosen)):
        logger.warning("A resample is left out: %s", problem)
    names = features.columns
    rows = [names.isin(kept) for kept, _ in chosen if kept is not None]
    return pd.DataFrame(np.array(rows, dtype=bool).reshape(len(rows), len(names)), columns=names)


def _select(features, classes, seed, selection):
    """Names of the features that one selection keeps, or None and why it cannot select."""
    steps = Pipeline(selection_steps(seed=seed, **selection)).set_output(transform="pandas")
    try:
        return list(steps.fit(features, classes).get_feature_names_out()), None
    except ValueError as trouble:
        return None, str(trouble)


def nogueira(chosen, *, confidence):
    """Stability of a selection over resamples: 1 always the same, 0 as by chance.

    Parameters
    ----------
    chosen : ndarray of bool, shape (n_resamples, n_features)
    confidence : float in (0, 1)

    Returns
    -------
    index, low, high : float
        nan with fewer than two resamples, or where all features or none are selected.

    References
    ----------
    Nogueira S, Sechidis K, Brown G (2018). On the stability of feature selection algorithms. J Mach
    Learn Res 18(174):1-54.

    Examples
    --------
    >>> nogueira(np.array([[1, 1, 0, 0], [1, 1, 0, 0]]), confidence=0.95)
    (1.0, 1.0, 1.0)
    """
    chosen = np.asarray(chosen, dtype=float)
    resamples, features = chosen.shape
    if resamples < 2:
        return np.nan, np.nan, np.nan
    frequency, counts = chosen.mean(axis=0), chosen.sum(axis=1) / features
    by_chance = frequency.mean() * (1 - frequency.mean())
    if by_chance == 0:
        return np.nan, np.nan, np.nan
    spread = resamples / (resamples - 1) * (frequency * (1 - frequency)).mean()
    index = 1 - spread / by_chance
    mean = frequency.mean()
    each = (chosen * frequency).mean(axis=1) - counts * mean
    each += index / 2 * (2 * counts * mean - counts - mean + 1)
    error = 2 / resamples * ((each - each.mean()) ** 2).sum() ** 0.5 / by_chance
    margin = normal_quantile(confidence) * error
    return float(index), float(max(-1.0, index - margin)), float(min(1.0, index + margin))


def tabulate_stability(chosen, record, *, confidence):
    """How often every feature was selected that any selection kept.

    Parameters
    ----------
    chosen : DataFrame of bool
        As `resample_selection` returns it.
    record : dict
        results/model/selection.json: the model's own features, and those of each fold.
    confidence : float in (0, 1)

    Returns
    -------
    DataFrame
        `feature`, `in_model`, `coefficient` (nan outside the model), `fraction_of_resamples`,
        `fraction_of_folds`; the most frequent first. In every row `resamples` and the index of
        `nogueira` with its limits: `stability`, `stability_low`, `stability_high`.
    """
    folds = record["tuning"]["selected_by_fold"]
    names = chosen.columns
    in_folds = np.array([names.isin(kept) for kept in folds]).reshape(len(folds), len(names))
    table = pd.DataFrame(
        {
            "feature": names,
            "in_model": names.isin(record["lasso"]),
            "coefficient": names.map(record["coefficients"]),
            "fraction_of_resamples": chosen.mean().to_numpy() if len(chosen) else np.nan,
            "fraction_of_folds": in_folds.mean(axis=0) if len(folds) else np.nan,
        }
    )
    kept = table["in_model"] | (table[["fraction_of_resamples", "fraction_of_folds"]] > 0).any(
        axis=1
    )
    table = table[kept].sort_values(
        ["fraction_of_resamples", "in_model", "feature"], ascending=[False, False, True]
    )
    index = nogueira(chosen.to_numpy(), confidence=confidence)
    ends = ("stability", "stability_low", "stability_high")
    return table.assign(resamples=len(chosen), **dict(zip(ends, index, strict=True)))
