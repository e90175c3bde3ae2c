"""Cross-validation inside training: every fold selects features, then tries all candidates."""

import logging
from difflib import get_close_matches
from importlib import import_module

import numpy as np
from sklearn.base import clone
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import ParameterGrid, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.parallel import Parallel, delayed

from osteoct.classification.classifiers import CLASSIFIERS
from osteoct.classification.predictions import N_CLASSES

logger = logging.getLogger(__name__)
MIN_CLASS_SIZE = 3  # with three patients of a class, every training set of a fold has two


def candidates_of(section, *, seed):
    """Every combination of the grid, and its unfitted estimator.

    Parameters
    ----------
    section : dict
        As `classifiers.in_use` returns it.
    seed : int

    Returns
    -------
    list of (dict, estimator)
        Tuned settings and estimator.
    """
    grid = ParameterGrid(section[section["estimator"]]["grid"])
    return [(tuned, _build(section, tuned, seed)) for tuned in grid]


def tuned_classifier(record, section, *, seed):
    """The unfitted estimator that the cross-validation chose.

    Parameters
    ----------
    record : dict
        From `model.fit_classifier`.
    section : dict
        As `classifiers.in_use` returns it.
    seed : int

    Returns
    -------
    estimator
    """
    chosen = record["tuning"]["candidates"][record["tuning"]["chosen"]]
    tuned = {name: chosen[name] for name in section[section["estimator"]]["grid"]}
    return _build(section, tuned, seed)


def select_and_tune(selector, candidates, features, classes, *, splits, threads):
    """Fit the selection on all patients, and score each candidate on patients left out of both.

    Parameters
    ----------
    selector : sklearn.pipeline.Pipeline
        Unfitted steps of the selection; gives frames.
    candidates : list of classifiers
        Unfitted.
    features : DataFrame, shape (n_patients, n_features)
    classes : Series of int, shape (n_patients,)
    splits : list of (ndarray of int, ndarray of int)
        Rows to train and to validate on, from `stratified_splits`; with none, the first candidate
        is chosen without scores.
    threads : int
        Folds worked on at a time; no result depends on it.

    Returns
    -------
    selector : sklearn.pipeline.Pipeline
        Fitted on all patients.
    tuning : dict
        `folds`; `candidates`, the scores of each; `chosen`, the index of the one with the smallest
        Brier score, the first where two are equal; `selected_by_fold`.
    """
    everyone = np.arange(len(features))
    *held_out, (selector, _) = Parallel(n_jobs=threads)(
        delayed(_fit_fold)(selector, candidates, features, classes, train, test)
        for train, test in [*splits, (everyone, everyone[:0])]
    )
    if not held_out:
        scores, chosen = [{} for _ in candidates], 0
    else:
        by_fold = [probabilities for _, probabilities in held_out]
        scores = _scores(classes.to_numpy(), [test for _, test in splits], by_fold)
        chosen = int(np.argmin([score["brier"] for score in scores]))
    return selector, {
        "folds": len(splits),
        "candidates": scores,
        "chosen": chosen,
        "selected_by_fold": [list(fitted.get_feature_names_out()) for fitted, _ in held_out],
    }


def stratified_splits(classes, *, folds, seed):
    """Training and validation rows of stratified folds, as many as the smallest class allows.

    Parameters
    ----------
    classes : Series of int
    folds : int
    seed : int

    Returns
    -------
    list of (ndarray of int, ndarray of int)
        Rows to train and to validate on; empty, if a class has fewer than `MIN_CLASS_SIZE`
        patients.
    """
    smallest = int(classes.value_counts().min())
    if smallest < MIN_CLASS_SIZE:
        logger.warning("No cross-validation: a class has only %d training patients.", smallest)
        return []
    if smallest < folds:
        reason = "a class has no more training patients"
        logger.warning("%d folds instead of %d: %s.", smallest, folds, reason)
    splitter = StratifiedKFold(min(folds, smallest), shuffle=True, random_state=seed)
    return list(splitter.split(np.zeros(len(classes)), classes))


def class_probabilities(model, features, n_classes=N_CLASSES):
    """Probability of every class, 0 for one that the model was not trained on.

    Parameters
    ----------
    model : fitted classifier
        Of numbered classes.
    features : DataFrame, shape (n_patients, n_features)
    n_classes : int

    Returns
    -------
    ndarray, shape (n_patients, n_classes)
        In the order of the numbers; rows sum to 1.
    """
    probabilities = np.zeros((len(features), n_classes))
    if len(features):
        probabilities[:, model.classes_] = model.predict_proba(features)
    return probabilities


def _build(section, tuned, seed):
    """An unfitted estimator with its fixed and tuned settings, behind a scaler if it needs one."""
    classifier = CLASSIFIERS[section["estimator"]]
    module, _, name = classifier.estimator.rpartition(".")
    kind = getattr(import_module(module), name)
    fixed = {key: value for key, value in section[section["estimator"]].items() if key != "grid"}
    settings = {**classifier.constants, **fixed, **tuned}
    known = kind().get_params()
    _check_known(settings, known, name)
    estimator = kind(**settings, **({"random_state": seed} if "random_state" in known else {}))
    return make_pipeline(StandardScaler(), estimator) if classifier.needs_scaling else estimator


def _check_known(settings, known, name):
    for key in settings:
        if key not in known:
            nearest = get_close_matches(key, known, n=1) or sorted(known)
            raise ValueError(
                f"scikit-learn's {name} has no setting {key!r}; nearest: {', '.join(nearest)}."
            )


def _fit_fold(selector, candidates, features, classes, train, test):
    """Selection fitted on the training rows, and each candidate's probabilities for the others."""
    selector = clone(selector).fit(features.iloc[train], classes.iloc[train])
    if not len(test):
        return selector, None
    training, validation = (selector.transform(features.iloc[rows]) for rows in (train, test))
    fitted = [clone(candidate).fit(training, classes.iloc[train]) for candidate in candidates]
    count = int(classes.max()) + 1
    return selector, np.stack([class_probabilities(model, validation, count) for model in fitted])


def _scores(classes, tests, by_fold):
    """Brier score and macro AUC of each candidate, over the patients that the folds left out."""
    truth, scores = classes[np.concatenate(tests)], []
    for number in range(len(by_fold[0])):
        given = [fold[number] for fold in by_fold]
        pairs = zip(tests, given, strict=True)
        by_fold_brier = [brier_score(classes[test], probabilities) for test, probabilities in pairs]
        scores.append(
            {
                "brier": brier_score(truth, np.concatenate(given)),
                "brier_se": np.std(by_fold_brier, ddof=1) / np.sqrt(len(tests)),
                "macro_auc": macro_auc(truth, np.concatenate(given)),
            }
        )
    return scores


def brier_score(truth, probabilities):
    """Mean squared distance of the probabilities from the truth, over all classes: 0 to 2.

    Parameters
    ----------
    truth : ndarray of int, shape (n_patients,)
    probabilities : ndarray, shape (n_patients, n_classes)

    References
    ----------
    Brier GW (1950). Mon Weather Rev 78(1):1-3.
    """
    labels = np.arange(probabilities.shape[1])
    return brier_score_loss(truth, probabilities, labels=labels, scale_by_half=False)


def macro_auc(truth, probabilities):
    """Mean one-vs-rest AUC of the classes that occur.

    Parameters
    ----------
    truth : ndarray of int, shape (n_patients,)
    probabilities : ndarray, shape (n_patients, n_classes)

    Returns
    -------
    float in [0, 1]
    """
    occurring = np.unique(truth)
    return float(np.mean([roc_auc_score(truth == k, probabilities[:, k]) for k in occurring]))
