"""Regression of the bone's CT number on the T-score, beside published relations."""

import numpy as np
import pandas as pd
import statsmodels.api as sm

from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.comparison_table import MISSING, texts
from osteoct.evaluation.intervals import normal_quantile

MEASUREMENTS = {
    "mean_hu": "whole proximal femur, mean of the mask",
    "neck_hu": "femoral neck, trabecular",
}
MIN_PATIENTS = 4  # patients from which a line and an interval of r can be had


def density_of(cohort, features, necks, *, mean_hu_feature):
    """CT numbers and T-scores of the patients of the study.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `status`, `t_score` and `diagnosis`.
    features : DataFrame
        `patient` and radiomic features.
    necks : DataFrame
        `patient` and `neck_hu`, nan where the femoral neck was not found.
    mean_hu_feature : str
        Name of the feature that is the mean of the femur in HU.

    Returns
    -------
    DataFrame
        `patient`, `t_score`, `diagnosis` and the columns of `MEASUREMENTS` (HU), for those who
        are included and measured.
    """
    known = cohort.loc[cohort["status"] == "included", ["patient", "t_score", "diagnosis"]]
    femur = features[["patient", mean_hu_feature]].rename(columns={mean_hu_feature: "mean_hu"})
    return known.merge(femur, on="patient").merge(necks[["patient", "neck_hu"]], how="left")


def relate(table, *, at_t_score, confidence):
    """Straight line of CT number on T-score, their correlation, and the mean of each class.

    Parameters
    ----------
    table : DataFrame
        From `density_of`.
    at_t_score : float
        Where the line is read off.
    confidence : float in (0, 1)

    Returns
    -------
    DataFrame
        One row per measurement: `measurement`, `patients`; `slope` (HU per T-score), `intercept`
        (HU at T-score 0), `hu` (at `at_t_score`) and `r`, each with `_low` and `_high`; `residual`
        (standard deviation about the line, HU); `hu_normal` and the like. Limits of the line are
        Student's, of the correlation Fisher's; all are nan in fewer than `MIN_PATIENTS` patients or
        where nothing varies.
    """
    rows = []
    for column, name in MEASUREMENTS.items():
        here = table[["t_score", "diagnosis", column]].dropna()
        row = {"measurement": name, "patients": len(here)}
        varies = here[["t_score", column]].nunique().gt(1).all()
        if len(here) >= MIN_PATIENTS and varies:
            row |= _line(here["t_score"], here[column], at_t_score, confidence)
            row |= correlation(here["t_score"].corr(here[column]), len(here), confidence)
        means = here.groupby("diagnosis")[column].mean()
        rows.append(row | {f"hu_{c}": means.get(c, np.nan) for c in CLASSES})
    columns = ["measurement", "patients", *LINE, "r", "r_low", "r_high", "residual"]
    return pd.DataFrame(rows, columns=[*columns, *(f"hu_{c}" for c in CLASSES)])


LINE = [f"{name}{end}" for name in ("slope", "intercept", "hu") for end in ("", "_low", "_high")]


def correlation(r, patients, confidence):
    """A correlation and its limits by Fisher's transformation, as a dict.

    References
    ----------
    Fisher RA (1921). Metron 1:3-32.
    """
    margin = normal_quantile(confidence) / np.sqrt(patients - 3)
    place = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    return {"r": r, "r_low": np.tanh(place - margin), "r_high": np.tanh(place + margin)}


def _line(t_score, hu, at_t_score, confidence):
    """Slope, intercept and the line at one T-score, with Student's limits."""
    found = sm.OLS(hu.to_numpy(), np.column_stack([np.ones(len(hu)), t_score])).fit()
    wanted = {"slope": [0.0, 1.0], "intercept": [1.0, 0.0], "hu": [1.0, at_t_score]}
    row = {"residual": np.sqrt(found.mse_resid)}
    for name, weights in wanted.items():
        test = found.t_test(weights)
        limits = test.conf_int(1 - confidence)[0]
        row |= {name: test.effect[0], f"{name}_low": limits[0], f"{name}_high": limits[1]}
    return row


def tabulate_relation(found, published, *, at_t_score, confidence):
    """This run's relation, then the published ones.

    Parameters
    ----------
    found : DataFrame
        From `relate`.
    published : DataFrame
        resources/claims/density.csv: `measurement`, `source`, `patients`, `r` or `r_squared`, `hu`
        at the T-score of osteoporosis, `hu_normal` and the like; nan where nothing was printed.
    at_t_score, confidence : float
        As of `relate`.

    Returns
    -------
    DataFrame of str
        A row with text in its first cell only is a heading, at the end of the table a footnote.
    """
    heads = ("This run", "Published")
    parts = [found.assign(source=""), _with_limits(published, confidence)]
    rows = []
    for head, part in zip(heads, parts, strict=True):
        rows += [pd.DataFrame([{"Measurement": head}]), _printed(part, at_t_score, confidence)]
    note = (
        "CT number on T-score by least squares, all included patients of this run who were "
        "measured; limits of the line are Student’s, of r Fisher’s (of published r, from its own "
        "number of patients). Where only R² was printed, r is its root. A published CT number at "
        f"T = {at_t_score:g} is a cut-off for osteoporosis, not the value of a line. Scanner, "
        "voltage, region and reference of the T-scores differ between the rows."
    )
    return pd.concat([*rows, pd.DataFrame([{"Measurement": note}])]).fillna("")


def _with_limits(published, confidence):
    """Published relations with the columns of this run's."""
    r = published["r"].fillna(np.sqrt(published["r_squared"]))
    limits = [correlation(*pair, confidence) for pair in zip(r, published["patients"], strict=True)]
    return published.drop(columns="r").join(pd.DataFrame(limits))


def _printed(part, at_t_score, confidence):
    level = f"({confidence:.0%} CI)"
    names = ("slope", "intercept", "hu")
    wanted = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    part = part.reindex(columns=list(dict.fromkeys([*part.columns, *wanted])))
    source = part["source"].where(part["source"] == "", " (" + part["source"] + ")")
    means = [[MISSING if np.isnan(v) else f"{v:.0f}" for v in part[f"hu_{c}"]] for c in CLASSES]
    return pd.DataFrame(
        {
            "Measurement": part["measurement"] + source,
            "Patients": part["patients"].astype(str),
            f"Slope, HU per T-score {level}": _limits(part, "slope", "{:.1f}"),
            f"HU at T = 0 {level}": _limits(part, "intercept", "{:.0f}"),
            f"HU at T = {at_t_score:g} {level}": _limits(part, "hu", "{:.0f}"),
            f"r {level}": _limits(part, "r", "{:.2f}"),
            "Mean HU, " + " / ".join(CLASSES): [
                " / ".join(row) for row in zip(*means, strict=True)
            ],
        }
    )


def _limits(part, name, form):
    return texts(part, name, f"{name}_low", f"{name}_high", form)
