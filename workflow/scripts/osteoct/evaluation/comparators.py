"""What simpler models reach on the same patients: mean density, age and sex."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.multitest import multipletests

from osteoct.classification.classified import COLUMNS, PROBABILITIES, of_split
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.areas import compare_areas
from osteoct.evaluation.intervals import normal_quantile
from osteoct.evaluation.performance import area_row

MODELS = {
    "mean HU": ["mean_hu"],
    "age and sex": ["age", "female"],
    "mean HU, age and sex": ["mean_hu", "age", "female"],
}
RADIOMICS = "radiomics"
MISSING = "n/a"


def predictors(cohort, features, *, mean_hu_feature):
    """What the simple models may look at, by patient.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `age` in years, `sex` (F or M).
    features : DataFrame
        `patient` and radiomic features.
    mean_hu_feature : str
        Name of the feature that is the mean of the femur in HU.

    Returns
    -------
    DataFrame
        Indexed by patient: `mean_hu`, `age`, `female` (1 or 0); nan where unknown.

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
    mean_hu = features.set_index("patient")[mean_hu_feature]
    return pd.DataFrame({"mean_hu": mean_hu, "age": known["age"], "female": sex}, dtype=float)


def classify_simply(classified, known, *, inverse_penalty):
    """Probabilities of each simple model, a multinomial logistic one fitted on training patients.

    Parameters
    ----------
    classified : DataFrame
        As `classified.read_classified` returns it.
    known : DataFrame
        As `predictors` returns it.
    inverse_penalty : float > 0
        C of scikit-learn's ridge penalty; it only keeps separable classes from diverging.

    Returns
    -------
    DataFrame
        `model` and the columns of `classified`, for patients with all that the model needs.

    Raises
    ------
    ValueError
        If the training patients are of one class. One absent class is never predicted.
    """
    tables = []
    for model, names in MODELS.items():
        complete = known.index[known[names].notna().all(axis=1)]
        table = classified[classified["patient"].isin(complete)].reset_index(drop=True)
        inputs = known.loc[table["patient"], names].to_numpy()
        training = (table["split"] == "training").to_numpy()
        if table["diagnosis"][training].nunique() < 2:
            raise ValueError(
                f"The model {model!r} needs training patients of two classes, with {names} known; "
                f"it has {table['diagnosis'][training].value_counts().to_dict()}."
            )
        logistic = make_pipeline(
            StandardScaler(), LogisticRegression(C=inverse_penalty, max_iter=1000)
        )
        logistic.fit(inputs[training], table["diagnosis"][training])
        probabilities = pd.DataFrame(logistic.predict_proba(inputs), columns=logistic.classes_)
        table[PROBABILITIES] = probabilities.reindex(columns=CLASSES, fill_value=0.0).to_numpy()
        table["predicted"] = logistic.predict(inputs)
        tables.append(table[COLUMNS].assign(model=model))
    return pd.concat(tables, ignore_index=True)[["model", *COLUMNS]]


def compare(classified, simple, *, confidence):
    """AUC of every model and class on the test patients, and how far radiomics is ahead.

    Parameters
    ----------
    classified, simple : DataFrame
        As `classified.read_classified` and `classify_simply` return them.
    confidence : float in (0, 1)

    Returns
    -------
    DataFrame
        `class`, `model`, `n_positive`, `n_negative`, `auc`, `low`, `high` (Newcombe's method 5);
        `difference` (radiomics minus model, on the patients both classified), its DeLong
        interval, `p` and `p_holm` (Holm over all comparisons of the table); `note`.
    """
    rows = []
    test = of_split(classified, "test")
    for name in CLASSES:
        rows.append({"class": name, "model": RADIOMICS, **sizes(test, name, confidence)})
        for model in MODELS:
            other = of_split(simple[simple["model"] == model], "test")
            row = {"class": name, "model": model, **sizes(other, name, confidence)}
            rows.append({**row, **lead(test, other, name, confidence)})
    table = pd.DataFrame(rows)
    table["p_holm"] = holm(table["p"])
    return table


def sizes(table, name, confidence):
    """AUC of one class, its interval, and the patients it rests on."""
    row = area_row(table, name, confidence=confidence)
    diseased = int((table["diagnosis"] == name).sum())
    return {
        "n_positive": diseased,
        "n_negative": len(table) - diseased,
        "auc": row.get("estimate", np.nan),
        "low": row.get("low", np.nan),
        "high": row.get("high", np.nan),
        "note": row.get("note", ""),
    }


def lead(test, other, name, confidence):
    """How far the AUC of radiomics is above the other model's, on the same patients."""
    both = test.merge(other, on="patient", suffixes=("", "_other"))
    difference, error, p_value = compare_areas(
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


def tabulate_comparison(comparison, *, confidence):
    """The comparison as it is printed, footnotes as last rows with text in the first cell only."""
    level = f"({confidence:.0%} CI)"
    table = pd.DataFrame(
        {
            "Class": comparison["class"],
            "Model": comparison["model"],
            "Positive / negative": [
                f"{row.n_positive} / {row.n_negative}" for row in comparison.itertuples()
            ],
            f"Test AUC {level}": _texts(comparison, "auc", "low", "high", "{:.3f}"),
            f"Radiomics minus model {level}": _texts(
                comparison, "difference", "difference_low", "difference_high", "{:+.3f}"
            ),
            "P": _p_texts(comparison, "p"),
            "P (Holm)": _p_texts(comparison, "p_holm"),
        }
    )
    note = (
        "Multinomial logistic models fitted on the training patients. AUC: one class against the "
        "rest, interval by method 5 of Newcombe (2006). Difference and P: DeLong’s paired test on "
        "the patients of both models, Holm’s correction over all comparisons; n/a where a group "
        "is too small or the two models rank alike. With fewer than about ten patients on a "
        "side this P says little. A simple model as good as radiomics means "
        "that texture and shape add nothing on these patients."
    )
    return pd.concat([table, pd.DataFrame([{"Class": note}])], ignore_index=True).fillna("")


def _texts(table, estimate, low, high, form):
    """Estimates with their intervals; radiomics is not compared with itself."""
    texts = []
    for row in table.to_dict("records"):
        if np.isnan(row[estimate]):
            itself = row["model"] == RADIOMICS and estimate == "difference"
            texts.append("" if itself else MISSING)
        elif np.isnan(row[low]):
            texts.append(form.format(row[estimate]))
        else:
            limits = f" ({form} to {form})".format(row[low], row[high])
            texts.append(form.format(row[estimate]) + limits)
    return texts


def _p_texts(table, column):
    """P values to three digits; none for radiomics itself."""
    texts = []
    for model, p_value in zip(table["model"], table[column], strict=True):
        if np.isnan(p_value):
            texts.append("" if model == RADIOMICS else MISSING)
        else:
            texts.append("<0.001" if p_value < 0.001 else f"{p_value:.3f}")
    return texts
