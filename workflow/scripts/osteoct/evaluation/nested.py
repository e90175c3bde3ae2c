"""Nested cross-validation: the whole model refitted without each outer fold's patients."""

import logging

import numpy as np
import pandas as pd

from osteoct.classification.model import fit_classifier, training_data
from osteoct.classification.tuning import MIN_CLASS_SIZE, class_probabilities, stratified_splits
from osteoct.evaluation.comparison import NESTED
from osteoct.storage import StudyProblem

logger = logging.getLogger(__name__)


def cross_validate(features, cohort, names, *, folds, fitting, threads):
    """Predict every patient by a model that was fitted on the other folds alone.

    The study's own split plays no part: all its patients are divided into new folds. The inner
    cross-validation, which tunes, is that of `model.fit_classifier`.

    Parameters
    ----------
    features : DataFrame
        `patient` and the features.
    cohort : DataFrame
        `patient`, `split`, `diagnosis`; patients without a split take no part.
    names : sequence of str
        The classes in their order.
    folds : int
        Outer folds, stratified by class; fewer, if a class has fewer patients.
    fitting : dict
        `seed`, `selection`, `classifier` of `model.fit_classifier`.
    threads : int
        Inner folds worked on at a time; no result depends on it.

    Returns
    -------
    DataFrame
        `model` (nested), `patient`, `fold` (from 1), `split` (the study's), `diagnosis`,
        `predicted` and the probabilities `p_*`, sorted by patient.

    Raises
    ------
    StudyProblem
        If a class has fewer than `tuning.MIN_CLASS_SIZE` patients.

    References
    ----------
    Varma S, Simon R (2006). Bias in error estimation when using cross-validation for model
    selection. BMC Bioinformatics 7:91. doi:10.1186/1471-2105-7-91
    """
    taking_part = cohort[cohort["split"].notna()]
    everyone = training_data(features, taking_part.assign(split="training"), names)
    rows = []
    for number, (train, left_out) in enumerate(
        stratified_splits(everyone[1], folds=folds, seed=fitting["seed"]), start=1
    ):
        training = (data.iloc[train] for data in everyone)
        model, _ = fit_classifier(*training, **fitting, threads=threads)
        logger.debug(
            f"Outer fold {number}: fitted on {len(train)} patients, {len(left_out)} left out."
        )
        rows.append(_predictions(model, everyone[0].iloc[left_out], names).assign(fold=number))
    if not rows:
        found = everyone[1].value_counts().sort_index()
        counts = {names[code]: count for code, count in found.items()}
        raise StudyProblem(
            f"Measured patients by class: {counts}; a nested cross-validation needs "
            f"{MIN_CLASS_SIZE} or more of each. Set evaluation: nested_folds to 0, or add patients."
        )
    known = taking_part[["patient", "split", "diagnosis"]]
    table = pd.concat(rows).merge(known, on="patient", validate="1:1").sort_values("patient")
    first = ["model", "patient", "fold", "split", "diagnosis", "predicted"]
    columns = [*first, *(f"p_{name}" for name in names)]
    return table.assign(model=NESTED)[columns].reset_index(drop=True)


def _predictions(model, features, names):
    probabilities = class_probabilities(model, features, len(names))
    columns = {f"p_{name}": probabilities[:, place] for place, name in enumerate(names)}
    predicted = np.take(names, probabilities.argmax(axis=1))
    return pd.DataFrame({"patient": features.index, "predicted": predicted, **columns})
