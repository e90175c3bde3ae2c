"""Selection and classifier as one pipeline, fitted on training patients alone.

Classes are numbers here, their indices in the list of classes: 0 normal, 1 osteopenia,
2 osteoporosis, or those of a feature table.
"""

import logging

from sklearn.pipeline import Pipeline

from osteoct.classification.filters import remove_repeats
from osteoct.classification.selection import selection_steps
from osteoct.classification.selection_record import record_selection
from osteoct.classification.tuning import (
    candidates_of,
    class_probabilities,
    select_and_tune,
    stratified_splits,
)
from osteoct.cohort.diagnosis import CLASSES
from osteoct.storage import StudyProblem

logger = logging.getLogger(__name__)


def training_data(features, cohort, names=CLASSES):
    """Features and numbered classes of the training patients that have features.

    Parameters
    ----------
    features : DataFrame
        `patient` and the features.
    cohort : DataFrame
        `patient`, `split`, `diagnosis`.
    names : sequence of str
        The classes in their order.

    Returns
    -------
    features : DataFrame
        Indexed by patient, sorted.
    classes : Series of int
        The same index.

    Raises
    ------
    StudyProblem
        If there are not two classes.
    """
    training = cohort[cohort["split"] == "training"].set_index("patient")["diagnosis"]
    if missing := sorted(set(training.index) - set(features["patient"])):
        left_out = f"{len(missing)} training patients have no features and are left out"
        logger.warning("%s: %s.", left_out, missing)
    table = features.set_index("patient").sort_index()
    table = table[table.index.isin(training.index)]
    classes = training[table.index].map(list(names).index).rename("class")
    _check_two_classes(classes, names)
    return table, classes


def fit_classifier(features, classes, *, seed, selection, classifier, threads):
    """Select features and fit the classifier, its settings chosen by cross-validation.

    Every fold of the cross-validation repeats the selection on its own training patients, so that
    the patients it leaves out have no influence on it. The best settings have the smallest Brier
    score over the patients left out: it scores the probabilities that are reported, and stays
    finite where the true class gets a probability of 0, which the log-loss does not.

    Parameters
    ----------
    features : DataFrame, shape (n_patients, n_features)
        Training patients only, indexed by patient.
    classes : Series of int, shape (n_patients,)
    seed : int
        Of folds and classifiers.
    selection : dict
        Settings of `selection.selection_steps`.
    classifier : dict
        Section `classifier` of the configuration, as `classifiers.in_use` returns it: `folds`,
        fewer if a class has fewer patients; `curve_penalties` of `selection_record.lasso_curve`;
        the classifier's settings and their grid.
    threads : int
        Folds worked on at a time; no result depends on it.

    Returns
    -------
    model : sklearn.pipeline.Pipeline
        Fitted; takes a frame with the columns of `features`.
    record : dict
        From `selection_record.record_selection`, and `tuning`: the estimator's name, folds, the
        settings and scores of every candidate, the index of the chosen one, the features that each
        fold selected.

    Raises
    ------
    StudyProblem
        If no feature separates the classes.
    """
    settings, estimators = zip(*candidates_of(classifier, seed=seed), strict=True)
    splits = stratified_splits(classes, folds=classifier["folds"], seed=seed)
    selector, tuning = select_and_tune(
        Pipeline(selection_steps(seed=seed, **selection)).set_output(transform="pandas"),
        estimators,
        features,
        classes,
        splits=splits,
        threads=threads,
    )
    chosen = estimators[tuning["chosen"]].fit(selector.transform(features), classes)
    tuning["candidates"] = [a | b for a, b in zip(settings, tuning["candidates"], strict=True)]
    record = record_selection(
        selector,
        features,
        classes,
        splits=splits,
        curve_penalties=classifier["curve_penalties"],
    )
    model = Pipeline([*remove_repeats(selector).steps, ("classifier", chosen)])
    return model, {**record, "tuning": {"estimator": classifier["estimator"], **tuning}}


def predict_patients(model, features, cohort, names=CLASSES):
    """Class and probabilities of every patient with features.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
        From `fit_classifier`.
    features : DataFrame
        `patient` and the features.
    cohort : DataFrame
        `patient`, `split`, `diagnosis`, the latter two empty for those without a label.
    names : sequence of str
        The classes in their order.

    Returns
    -------
    DataFrame
        `patient`, `split`, `diagnosis`, `predicted` (the most probable class), and the
        probabilities `p_*`. Those of training patients flatter the model, which was fitted on
        them.
    """
    known = cohort[["patient", "split", "diagnosis"]]
    table = features[["patient"]].merge(known, on="patient", how="left", validate="1:1")
    probabilities = class_probabilities(model, features.drop(columns="patient"), len(names))
    table["predicted"] = [names[index] for index in probabilities.argmax(axis=1)]
    return table.assign(**{f"p_{name}": probabilities[:, k] for k, name in enumerate(names)})


def _check_two_classes(classes, names):
    if classes.nunique() < 2:
        counts = {names[k]: int(n) for k, n in classes.value_counts().items()}
        raise StudyProblem(
            f"The training patients with features have the classes {counts}: two classes are "
            "needed. Look at results/cohort/study.csv for why the others are missing."
        )
