"""What the selection kept and why: everything that Figure 3 and the patients' pages show."""

import numpy as np
from sklearn.linear_model import LassoCV

from osteoct.results import fingerprint


def record_selection(selector, features, classes, *, splits, curve_penalties):
    """Record of a fitted selection.

    Parameters
    ----------
    selector : sklearn.pipeline.Pipeline
        The steps of `selection.selection_steps`, fitted.
    features : DataFrame, shape (n_patients, n_features)
        Training patients, indexed by patient.
    classes : Series of int, shape (n_patients,)
    splits : list of (train, test)
        From `tuning.stratified_splits`, for the curve.
    curve_penalties : int
        How many penalties the curve has.

    Returns
    -------
    dict
        `training` (n, sha256 of the sorted patients); `counts` of features after each step; the
        names after each as `rfe`, `mrmr` (in order of choice) and `lasso` (largest coefficient
        first); `coefficients` of the latter, per standard deviation; `path` and `curve` of the
        LASSO; `correlation` of the features in `lasso`.
    """
    steps = selector.named_steps
    names = _names_after_each_step(selector)
    coefficients = dict(zip(names["mrmr"], steps["lasso"].coef_, strict=True))
    selected = sorted(names["lasso"], key=lambda name: -abs(coefficients[name]))
    varying = int(steps["redundancy"].varying_.sum())
    counts = {name: len(kept) for name, kept in names.items()}
    filled = steps["missing"].transform(features) if "missing" in steps else features
    return {
        "training": _training(classes),
        "counts": {"measured": features.shape[1], "varying": varying, **counts},
        "rfe": names["rfe"],
        "mrmr": [names["rfe"][index] for index in steps["mrmr"].ranking_],
        "lasso": selected,
        "coefficients": {name: coefficients[name] for name in selected},
        "path": _path(steps["lasso"], names["mrmr"]),
        "curve": lasso_curve(
            selector[:-1].transform(features),
            classes,
            splits=splits,
            curve_penalties=curve_penalties,
        ),
        "correlation": filled[selected].corr().to_numpy().tolist(),
    }


def lasso_curve(values, classes, *, splits, curve_penalties):
    """Cross-validated error of the LASSO at a row of penalties, given its features.

    The features were chosen with all training patients, so the curve flatters their error; it
    shows where it would set the penalty, and plays no part in the model.

    Parameters
    ----------
    values : DataFrame, shape (n_patients, n_features)
        Standardised.
    classes : Series of int, shape (n_patients,)
    splits : list of (train, test)
        Rows of patients.
    curve_penalties : int

    Returns
    -------
    dict
        `alpha`, `mean` and `standard_error` of the squared error over the folds, lists; `folds`;
        `chosen_alpha` with the lowest mean, and `chosen_count`, its number of features. Empty
        lists, and None, where there are too few patients.
    """
    if not splits:
        empty = {"alpha": [], "mean": [], "standard_error": []}
        return {**empty, "folds": 0, "chosen_alpha": None, "chosen_count": None}
    lasso = LassoCV(alphas=curve_penalties, cv=splits, max_iter=50_000)
    lasso.fit(values.to_numpy(), classes.to_numpy(dtype=float))
    errors = lasso.mse_path_
    return {
        "alpha": lasso.alphas_.tolist(),
        "mean": errors.mean(axis=1).tolist(),
        "standard_error": (errors.std(axis=1, ddof=1) / np.sqrt(len(splits))).tolist(),
        "folds": len(splits),
        "chosen_alpha": lasso.alpha_,
        "chosen_count": int((lasso.coef_ != 0).sum()),
    }


def _names_after_each_step(selector):
    """Names of the features that are left after each step that drops some."""
    return {
        name: list(selector[: index + 1].get_feature_names_out())
        for index, name in enumerate(selector.named_steps)
        if name != "scale"
    }


def _path(lasso, names):
    """The LASSO's path: penalty and coefficients at each knot, and the knot that was taken."""
    return {
        "alpha": lasso.alphas_.tolist(),
        "coefficients": dict(zip(names, lasso.path_.tolist(), strict=True)),
        "knot": lasso.knot_,
        "chosen_alpha": lasso.alphas_[lasso.knot_],
    }


def _training(classes):
    """The training set: how many patients, and a fingerprint of their list."""
    return {
        "n": len(classes),
        "sha256": fingerprint(sorted(classes.index)),
    }
