"""What other models reach on the same patients, from density, age and sex."""

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.multitest import multipletests

from osteoct.classification.predictions import COLUMNS, PROBABILITIES, of_split
from osteoct.classification.tuning import tuned_classifier
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.auc import delong_test
from osteoct.evaluation.intervals import normal_quantile
from osteoct.evaluation.performance import auc_row

RADIOMICS = "radiomics"
NECK = "neck HU"


def other_models(record, *, inverse_penalty, classifier, seed):
    """Models that radiomics is compared with: what each looks at, and an unfitted classifier.

    Parameters
    ----------
    record : dict
        results/model/selection.json: the selected features and the tuned settings.
    inverse_penalty : float > 0
        C of scikit-learn's ridge penalty; it only keeps separable classes from diverging.
    classifier : dict
        Section `classifier` of the configuration, as `classifiers.in_use` returns it.
    seed : int

    Returns
    -------
    dict of str to (list of str, classifier)
        Multinomial logistic models of density, age and sex; and the study's own classifier,
        settings and all, given age and sex beside the selected features.
    """
    logistic = make_pipeline(StandardScaler(), LogisticRegression(C=inverse_penalty, max_iter=1000))
    tuned = tuned_classifier(record, classifier, seed=seed)
    return {
        "mean HU": (["mean_hu"], logistic),
        NECK: (["neck_hu"], logistic),
        "age and sex": (["age", "female"], logistic),
        "mean HU, age and sex": (["mean_hu", "age", "female"], logistic),
        "radiomics, age and sex": ([*record["lasso"], "age", "female"], tuned),
    }


def predictors(cohort, features, necks, *, mean_hu_feature, selected):
    """What the other models may look at, by patient.

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
            f"The features have no {mean_hu_feature!r}; set evaluation.comparators."
            "mean_hu_feature to the first-order mean of the unfiltered image."
        )
    known = cohort.set_index("patient")
    sex = known["sex"].map({"F": 1.0, "M": 0.0})
    measured = features.set_index("patient")
    density = {"mean_hu": measured[mean_hu_feature], "neck_hu": necks.set_index("patient").neck_hu}
    simple = {**density, "age": known["age"], "female": sex}
    return pd.DataFrame(simple, dtype=float).join(measured[selected])


def classify_otherwise(predictions, known, models):
    """Class and probabilities by each other model, fitted on training patients alone.

    Parameters
    ----------
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    known : DataFrame
        As `predictors` returns it.
    models : dict of str to (list of str, classifier)
        As `other_models` returns it.

    Returns
    -------
    DataFrame
        `model` and the columns of `predictions`, for patients with all that the model needs. The
        model of the neck is absent where it cannot be fitted.

    Raises
    ------
    ValueError
        If the training patients are of one class. One absent class is never predicted.
    """
    tables = []
    for model, (names, classifier) in models.items():
        complete = known.index[known[names].notna().all(axis=1)]
        table = predictions[predictions["patient"].isin(complete)].reset_index(drop=True)
        inputs = known.loc[table["patient"], names].to_numpy()
        training = (table["split"] == "training").to_numpy()
        if table["diagnosis"][training].nunique() < 2:
            problem = (
                f"The model {model!r} needs training patients of two classes, with {names} known; "
                f"it has {table['diagnosis'][training].value_counts().to_dict()}."
            )
            if model != NECK:
                raise ValueError(problem)
            print(problem)
            continue
        fitted = clone(classifier).fit(inputs[training], table["diagnosis"][training])
        probabilities = pd.DataFrame(fitted.predict_proba(inputs), columns=fitted.classes_)
        table[PROBABILITIES] = probabilities.reindex(columns=CLASSES, fill_value=0.0).to_numpy()
        table["predicted"] = fitted.predict(inputs)
        tables.append(table[COLUMNS].assign(model=model))
    return pd.concat(tables, ignore_index=True)[["model", *COLUMNS]]


def compare(predictions, others, intervals):
    """AUC of every model and class on the test patients, and how far radiomics is ahead.

    Parameters
    ----------
    predictions, others : DataFrame
        As `predictions.read_predictions` and `classify_otherwise` return them.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame
        `class`, `model`, `n_positive`, `n_negative`, `auc`, `low`, `high`;
        `difference` (radiomics minus model, on the patients both classified), its DeLong
        interval, `p` and `p_holm` (Holm over all comparisons of the table); `note`.
    """
    rows = []
    test = of_split(predictions, "test")
    for name in CLASSES:
        rows.append({"class": name, "model": RADIOMICS, **sizes(test, name, intervals)})
        for model in others["model"].unique():
            other = of_split(others[others["model"] == model], "test")
            row = {"class": name, "model": model, **sizes(other, name, intervals)}
            rows.append({**row, **auc_difference(test, other, name, intervals.confidence)})
    table = pd.DataFrame(rows)
    table["p_holm"] = holm(table["p"])
    return table


def sizes(table, name, intervals):
    """AUC of one class, its interval, and the patients it rests on."""
    row = auc_row(table, name, intervals)
    diseased = int((table["diagnosis"] == name).sum())
    return {
        "n_positive": diseased,
        "n_negative": len(table) - diseased,
        "auc": row.get("estimate", np.nan),
        "low": row.get("low", np.nan),
        "high": row.get("high", np.nan),
        "note": row.get("note", ""),
    }


def auc_difference(test, other, name, confidence):
    """How far the AUC of radiomics is above the other model's, on the same patients."""
    both = test.merge(other, on="patient", suffixes=("", "_other"))
    difference, error, p_value = delong_test(
        both["diagnosis"] == name, both[f"p_{name}"], both[f"p_{name}_other"]
    )
    margin = normal_quantile(confidence) * error
    return {
        "difference": difference,
        "difference_low": max(-1.0, difference - margin) if margin > 0 else np.nan,
        "difference_high": min(1.0, difference + margin) if margin > 0 else np.nan,
        "p": p_value,
    }


def holm(p_values):
    """Holm's correction over the P values that exist.

    References
    ----------
    Holm S (1979). Scand J Stat 6(2):65-70.
    """
    corrected = np.full(len(p_values), np.nan)
    known = p_values.notna().to_numpy()
    if known.any():
        corrected[known] = multipletests(p_values[known], method="holm")[1]
    return corrected
