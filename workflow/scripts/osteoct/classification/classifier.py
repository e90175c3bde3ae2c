"""Selection and random forest as one pipeline, fitted on training patients alone.

Classes are numbers here, their places in the list of classes: 0 normal, 1 osteopenia,
2 osteoporosis, or those of a table of features that the study begins at.
"""

from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import ParameterGrid
from sklearn.pipeline import Pipeline

from osteoct.classification.reliability import forget_repeats
from osteoct.classification.selection import selection_steps
from osteoct.classification.selection_record import record_selection
from osteoct.classification.tuning import class_probabilities, folds_of, select_and_tune
from osteoct.cohort.diagnosis import CLASSES


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
    ValueError
        If there are not two classes.
    """
    training = cohort[cohort["split"] == "training"].set_index("patient")["diagnosis"]
    if missing := sorted(set(training.index) - set(features["patient"])):
        print(f"{len(missing)} training patients have no features and are left out: {missing}.")
    table = features.set_index("patient").sort_index()
    table = table[table.index.isin(training.index)]
    classes = training[table.index].map(list(names).index).rename("class")
    _refuse_one_class(classes, names)
    return table, classes


def fit_classifier(features, classes, *, seed, selection, settings, threads):
    """Select features and fit a random forest, its settings chosen by cross-validation.

    Every fold of the cross-validation selects anew from its own part, so that its left-out
    patients have no say in it. The best settings have the lowest Brier score over the patients
    left out: it judges the probabilities that are reported, and stays finite where a forest
    gives the true class none, which the log-loss does not.

    Parameters
    ----------
    features : DataFrame, shape (n_patients, n_features)
        Training patients only, indexed by patient.
    classes : Series of int, shape (n_patients,)
    seed : int
        Of folds and forests.
    selection : dict
        Settings of `selection.selection_steps`.
    settings : dict
        `folds`, fewer if a class has fewer patients; `grid`, lists of settings of
        `RandomForestClassifier` to choose from; `forest`, those that are not tuned;
        `curve_penalties` of `selection_record.lasso_curve`.
    threads : int
        Folds worked on at a time; no result depends on it.

    Returns
    -------
    model : sklearn.pipeline.Pipeline
        Fitted; takes a frame with the columns of `features`.
    record : dict
        From `selection_record.record_selection`, and `tuning`: folds, the scores of every
        candidate, the place of the chosen one, the features that each fold selected.

    Raises
    ------
    ValueError
        If no feature tells the classes apart.
    """
    candidates = list(ParameterGrid(settings["grid"]))
    forests = [
        RandomForestClassifier(**settings["forest"], **candidate, random_state=seed, n_jobs=1)
        for candidate in candidates
    ]
    parts = folds_of(classes, folds=settings["folds"], seed=seed)
    selector, tuning = select_and_tune(
        Pipeline(selection_steps(seed=seed, **selection)).set_output(transform="pandas"),
        forests,
        features,
        classes,
        parts=parts,
        threads=threads,
    )
    chosen = forests[tuning["chosen"]].fit(selector.transform(features), classes)
    tuning["candidates"] = [a | b for a, b in zip(candidates, tuning["candidates"], strict=True)]
    record = record_selection(
        selector, features, classes, parts=parts, curve_penalties=settings["curve_penalties"]
    )
    return Pipeline([*forget_repeats(selector).steps, ("forest", chosen)]), {
        **record,
        "tuning": tuning,
    }


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
        probabilities `p_*`. Those of training patients flatter the model: it has seen them.
    """
    known = cohort[["patient", "split", "diagnosis"]]
    table = features[["patient"]].merge(known, on="patient", how="left", validate="1:1")
    probabilities = class_probabilities(model, features.drop(columns="patient"), len(names))
    table["predicted"] = [names[place] for place in probabilities.argmax(axis=1)]
    return table.assign(**{f"p_{name}": probabilities[:, k] for k, name in enumerate(names)})


def _refuse_one_class(classes, names):
    if classes.nunique() < 2:
        counts = {names[k]: int(n) for k, n in classes.value_counts().items()}
        raise ValueError(
            f"The training patients with features have the classes {counts}: two classes are "
            "needed. Look at results/cohort/study.csv for why the others are missing."
        )
