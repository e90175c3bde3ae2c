"""Baselines: models of density, age and sex, fitted on the same training patients."""

import logging

import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from osteoct.classification.predictions import COLUMNS, PROBABILITIES
from osteoct.classification.tuning import tuned_classifier
from osteoct.cohort.diagnosis import CLASSES
from osteoct.storage import StudyProblem

logger = logging.getLogger(__name__)

NECK = "neck HU"
NEEDED = "it needs training patients of two classes of whom all its predictors are known"
INVERSE_PENALTY = 1.0  # scikit-learn's; it only keeps separable classes from diverging


def baseline_models(record, *, classifier, seed):
    """Baselines by name: the predictors of each, and an unfitted classifier.

    Parameters
    ----------
    record : dict
        results/model/selection.json: the selected features and the tuned settings.
    classifier : dict
        Section `classifier` of the configuration, as `classifiers.in_use` returns it.
    seed : int

    Returns
    -------
    dict of str to (list of str, classifier)
        Multinomial logistic models of density, age and sex; and the study's own classifier,
        settings and all, given age and sex beside the selected features.
    """
    logistic = make_pipeline(StandardScaler(), LogisticRegression(C=INVERSE_PENALTY, max_iter=1000))
    tuned = tuned_classifier(record, classifier, seed=seed)
    return {
        "mean HU": (["mean_hu"], logistic),
        NECK: (["neck_hu"], logistic),
        "age and sex": (["age", "female"], logistic),
        "mean HU, age and sex": (["mean_hu", "age", "female"], logistic),
        "radiomics, age and sex": ([*record["lasso"], "age", "female"], tuned),
    }


def baseline_predictors(cohort, features, necks, *, mean_hu_feature, selected):
    """Predictors of the baselines, by patient.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `age` in years, `sex` (F or M).
    features : DataFrame
        `patient` and radiomic features.
    necks : DataFrame
        `patient` and `neck_hu`, nan where the femoral neck was not found.
    mean_hu_feature : str
        Name of the feature that is the mean of the femur in HU.
    selected : list of str
        The features that the study selected.

    Returns
    -------
    DataFrame
        Indexed by patient: `mean_hu`, `neck_hu`, `age`, `female` (1 or 0) and the selected
        features; nan where unknown.

    Raises
    ------
    ValueError
        If `features` has no such feature.
    """
    if mean_hu_feature not in features:
        raise ValueError(
            f"The features have no {mean_hu_feature!r}; set evaluation.mean_hu_feature "
            "to the first-order mean of the unfiltered image."
        )
    known = cohort.set_index("patient")
    sex = known["sex"].map({"F": 1.0, "M": 0.0})
    measured = features.set_index("patient")
    density = {"mean_hu": measured[mean_hu_feature], "neck_hu": necks.set_index("patient").neck_hu}
    simple = {**density, "age": known["age"], "female": sex}
    return pd.DataFrame(simple, dtype=float).join(measured[selected])


def predict_baselines(predictions, known, models):
    """Class and probabilities by each baseline, fitted on training patients alone.

    Parameters
    ----------
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    known : DataFrame
        As `baseline_predictors` returns it.
    models : dict of str to (list of str, classifier)
        As `baseline_models` returns it.

    Returns
    -------
    DataFrame
        `model` and the columns of `predictions`, for patients with all that the model needs. One
        absent class is never predicted. A model is absent where what it needs is known of no
        training patients of two classes: an age or a neck may be known of nobody.

    Raises
    ------
    StudyProblem
        If every model is absent.
    """
    tables = []
    for model, (names, classifier) in models.items():
        complete = known.index[known[names].notna().all(axis=1)]
        table = predictions[predictions["patient"].isin(complete)].reset_index(drop=True)
        inputs = known.loc[table["patient"], names].to_numpy()
        training = (table["split"] == "training").to_numpy()
        if table["diagnosis"][training].nunique() < 2:
            logger.info(f"No baseline {model}: {NEEDED}.")
            continue
        fitted = clone(classifier).fit(inputs[training], table["diagnosis"][training])
        probabilities = pd.DataFrame(fitted.predict_proba(inputs), columns=fitted.classes_)
        table[PROBABILITIES] = probabilities.reindex(columns=CLASSES, fill_value=0.0).to_numpy()
        table["predicted"] = fitted.predict(inputs)
        tables.append(table[COLUMNS].assign(model=model))
    if not tables:
        raise StudyProblem(f"No baseline can be fitted: {NEEDED}. Add patients of other classes.")
    return pd.concat(tables, ignore_index=True)[["model", *COLUMNS]]
