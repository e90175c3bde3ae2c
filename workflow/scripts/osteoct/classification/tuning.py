"""Cross-validation inside training: every fold selects anew, then tries every forest."""

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.parallel import Parallel, delayed

from osteoct.classification.predictions import N_CLASSES

SMALLEST_CLASS = 3  # with three of each class, every part of a cross-validation trains on two


def select_and_tune(selector, forests, features, classes, *, parts, threads):
    """Fit the selection on everybody, and score each forest on patients left out of both.

    Parameters
    ----------
    selector : sklearn.pipeline.Pipeline
        Unfitted steps of the selection; gives frames.
    forests : list of classifiers
        Unfitted candidates.
    features : DataFrame, shape (n_patients, n_features)
    classes : Series of int, shape (n_patients,)
    parts : list of (train, test)
        Positions of patients, from `folds_of`; with none, the first forest is chosen unscored.
    threads : int
        Parts worked on at a time; no result depends on it.

    Returns
    -------
    selector : sklearn.pipeline.Pipeline
        Fitted on all patients.
    tuning : dict
        `folds`; `candidates`, the scores of each forest; `chosen`, the place of the one with
        the lowest Brier score, the first where two are equal; `selected_by_fold`.
    """
    everyone = np.arange(len(features))
    *held_out, (selector, _) = Parallel(n_jobs=threads)(
        delayed(_fit_part)(selector, forests, features, classes, train, test)
        for train, test in [*parts, (everyone, everyone[:0])]
    )
    if not held_out:
        scores, chosen = [{} for _ in forests], 0
    else:
        scores = _scores(classes.to_numpy(), [test for _, test in parts], held_out)
        chosen = int(np.argmin([score["brier"] for score in scores]))
    return selector, {
        "folds": len(parts),
        "candidates": scores,
        "chosen": chosen,
        "selected_by_fold": [list(fitted.get_feature_names_out()) for fitted, _ in held_out],
    }


def folds_of(classes, *, folds, seed):
    """Stratified folds, as many as the smallest class allows.

    Parameters
    ----------
    classes : Series of int
    folds : int
    seed : int

    Returns
    -------
    list of (train, test)
        Positions of patients; empty, if a class has fewer patients than `SMALLEST_CLASS`.
    """
    smallest = int(classes.value_counts().min())
    if smallest < SMALLEST_CLASS:
        print(f"No cross-validation: a class has only {smallest} training patients.")
        return []
    if smallest < folds:
        print(f"{smallest} folds instead of {folds}: a class has no more training patients.")
    splitter = StratifiedKFold(min(folds, smallest), shuffle=True, random_state=seed)
    return list(splitter.split(np.zeros(len(classes)), classes))


def tuned_forest(record, *, seed, forest, grid):
    """The unfitted forest that the cross-validation chose.

    Parameters
    ----------
    record : dict
        From `classifier.fit_classifier`.
    seed : int
    forest, grid : dict
        Settings of `RandomForestClassifier`: those not tuned, and lists of those tuned.

    Returns
    -------
    RandomForestClassifier
    """
    chosen = record["tuning"]["candidates"][record["tuning"]["chosen"]]
    tuned = {name: chosen[name] for name in grid}
    return RandomForestClassifier(**forest, **tuned, random_state=seed, n_jobs=1)


def class_probabilities(model, features, n_classes=N_CLASSES):
    """Probability of every class, 0 for one that the model never saw.

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


def _fit_part(selector, forests, features, classes, train, test):
    """Selection fitted on one part, and each forest's probabilities for the other part."""
    selector = clone(selector).fit(features.iloc[train], classes.iloc[train])
    if not len(test):
        return selector, None
    seen, unseen = (selector.transform(features.iloc[part]) for part in (train, test))
    fitted = [clone(forest).fit(seen, classes.iloc[train]) for forest in forests]
    count = int(classes.max()) + 1
    return selector, np.stack([class_probabilities(forest, unseen, count) for forest in fitted])


def _scores(classes, tests, held_out):
    """Brier score and macro AUC of each forest, over the patients that the folds left out."""
    truth = classes[np.concatenate(tests)]
    probabilities = np.concatenate([given for _, given in held_out], axis=1)
    errors = ((probabilities - np.eye(probabilities.shape[2])[truth]) ** 2).sum(axis=2)
    folds = np.split(errors, np.cumsum([len(test) for test in tests])[:-1], axis=1)
    fold_means = np.stack([fold.mean(axis=1) for fold in folds])
    standard_errors = fold_means.std(axis=0, ddof=1) / np.sqrt(len(tests))
    return [
        {"brier": error, "brier_se": spread, "macro_auc": macro_auc(truth, given)}
        for error, spread, given in zip(
            errors.mean(axis=1), standard_errors, probabilities, strict=True
        )
    ]


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
