"""Selection and random forest as one pipeline, fitted on training patients alone.

Classes are numbers here, their places in `diagnosis.CLASSES`: 0 normal, 1 osteopenia,
2 osteoporosis.
"""

from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import ParameterGrid
from sklearn.pipeline import Pipeline

from osteoct.diagnosis import CLASSES
from osteoct.selection import selection_steps
from osteoct.tuning import class_probabilities, folds_of, select_and_tune


def training_data(features, cohort):
    """Features and numbered classes of the training patients that have features.

    Parameters
    ----------
    features : DataFrame
        `patient` and the features.
    cohort : DataFrame
        `patient`, `split`, `diagnosis`.

    Returns
    -------
    features : DataFrame
        Indexed by patient, sorted.
    classes : Series of int
        The same index.
    """
    training = cohort[cohort["split"] == "training"].set_index("patient")["diagnosis"]
    if missing := sorted(set(training.index) - set(features["patient"])):
        print(f"{len(missing)} training patients have no features and are left out: {missing}.")
    table = features.set_index("patient").sort_index()
    table = table[table.index.isin(training.index)]
    return table, training[table.index].map(CLASSES.index).rename("class")


def fit_classifier(features, classes, *, seed, selection, forest, folds, grid, threads):
    """Select features and fit a random forest, its settings chosen by cross-validation.

    Every fold of the cross-validation selects anew from its own part, so that its left-out
    patients have no say in it. The best settings have the lowest Brier score over the patients
    left out: it judges the probabilities that are reported, and stays finite where a forest
    gives the true class none, which the log-loss does not.

    Parameters
    ----------
    features : DataFrame, shape (n_patients, n_features)
        Training patients only.
    classes : Series of int, shape (n_patients,)
    seed : int
        Of folds and forests.
    selection : dict
        Settings of `selection_steps`.
    forest : dict
        Settings of `RandomForestClassifier` that are not tuned.
    folds : int
        Fewer, if a class has fewer patients.
    grid : dict of str to list
        Settings of the forest to try; where two are equally good, the first stays.
    threads : int
        Folds worked on at a time; no result depends on it.

    Returns
    -------
    model : sklearn.pipeline.Pipeline
        Fitted; takes a frame with the columns of `features`.
    tuning : dict
        Folds, score of every candidate, the chosen one, and the features each fold selected.

    Raises
    ------
    ValueError
        If there are not two classes, or no feature tells them apart.
    """
    _refuse_one_class(classes)
    selector = Pipeline(selection_steps(seed=seed, **selection)).set_output(transform="pandas")
    candidates = list(ParameterGrid(grid))
    forests = [
        RandomForestClassifier(**forest, **settings, random_state=seed, n_jobs=1)
        for settings in candidates
    ]
    selector, tuning = select_and_tune(
        selector,
        forests,
        features,
        classes,
        parts=folds_of(classes, folds=folds, seed=seed),
        threads=threads,
    )
    chosen = forests[tuning["chosen"]].fit(selector.transform(features), classes)
    tuning["candidates"] = [
        {**settings, **scores}
        for settings, scores in zip(candidates, tuning["candidates"], strict=True)
    ]
    return Pipeline([*selector.steps, ("forest", chosen)]), tuning


def predict_patients(model, features, cohort):
    """Class and probabilities of every patient with features.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
        From `fit_classifier`.
    features : DataFrame
        `patient` and the features.
    cohort : DataFrame
        `patient`, `split`, `diagnosis`, the latter two empty for those without a label.

    Returns
    -------
    DataFrame
        `patient`, `split`, `diagnosis`, `predicted` (the most probable class), and the
        probabilities `p_*`. Those of training patients flatter the model: it has seen them.
    """
    known = cohort[["patient", "split", "diagnosis"]]
    table = features[["patient"]].merge(known, on="patient", how="left", validate="1:1")
    probabilities = class_probabilities(model, features.drop(columns="patient"))
    table["predicted"] = [CLASSES[place] for place in probabilities.argmax(axis=1)]
    return table.assign(**{f"p_{name}": probabilities[:, k] for k, name in enumerate(CLASSES)})


def _refuse_one_class(classes):
    if classes.nunique() < 2:
        counts = {CLASSES[k]: int(n) for k, n in classes.value_counts().items()}
        raise ValueError(
            f"The training patients with features have the classes {counts}: two classes are "
            "needed. Look at results/cohort/study.csv for why the others are missing."
        )
