"""The audit of a paper's printed claims: which counts and methods stand behind them."""

import numpy as np
import pandas as pd

from osteoct.claims.counts import class_rows, count_rows, dice_rows, flow_rows, matrix_rows
from osteoct.claims.intervals import (
    NAMES,
    NEED_SCORES,
    auc_intervals,
    implied_standard_error,
    possible_aucs,
    proportion_intervals,
    reproduces,
)
from osteoct.claims.printed import RATES, contingency_tables, fractions, joint_tables, numerators
from osteoct.evaluation.intervals import hanley_mcneil_variance

COLUMNS = [
    "Claim",
    "Where",
    "Printed",
    "Implied counts",
    "Reproduced by",
    "Stated method gives",
    "Conclusion",
]


NOTE = (
    "An interval counts as reproduced when both limits round to the printed digits ({:.0%} "
    "confidence). Implied counts: of a proportion its fraction, of an AUC the patients with / "
    "without the class; they are found by trying every table of counts. Every method on every "
    "candidate stands in claims_audit_values.csv."
)
KEPT = ["source", "cohort", "class", "measure", "estimate"]
COUNTS = ["auc", "numerator", "denominator"]
VALUES = [*KEPT, "printed_low", "printed_high", *COUNTS, "method", "low", "high", "reproduces"]


def audit(claims, *, paper, confidence):
    """Audit every claim of a table.

    Parameters
    ----------
    claims : DataFrame of str
        As `table.read_claims` returns it.
    paper : str
        How the paper is cited.
    confidence : float in (0, 1)
        Of the printed intervals.

    Returns
    -------
    printed : DataFrame of str
        One row per audited claim, ready to print.
    values : DataFrame
        One row per printed interval, candidate counts and method: `low`, `high`, `reproduces`.
    """
    tables = implied_tables(claims)
    rows, values = [{"Claim": f"Printed intervals of {paper}"}], []
    intervals = claims[(claims["low"] != "") & (claims["high"] != "")]
    for claim in intervals.to_dict("records"):
        tried = pd.DataFrame(tried_methods(claim, tables, confidence), columns=VALUES)
        rows.append(interval_row(claim, tried, tables, confidence))
        values += tried.to_dict("records")
    rows += two_versions(intervals)
    rows += [{"Claim": "Counts behind the printed numbers"}, *count_rows(claims, tables)]
    rows += [*matrix_rows(tables), *flow_rows(claims), *class_rows(claims, tables)]
    rows += [*dice_rows(claims), {"Claim": NOTE.format(confidence)}]
    printed = pd.DataFrame(rows, columns=COLUMNS).fillna("")
    return printed, pd.DataFrame(values, columns=VALUES)


def implied_tables(claims):
    """Two-by-two tables behind each cohort's rates: dict of cohort to dict of class to list."""
    found = {}
    for (cohort, name), part in claims[claims["measure"].isin(RATES)].groupby(
        ["cohort", "class"], sort=False
    ):
        rates = part.drop_duplicates("measure").set_index("measure")["estimate"]
        if set(RATES) <= set(rates.index) and part["patients"].iloc[0]:
            patients = int(part["patients"].iloc[0])
            found.setdefault(cohort, {})[name] = contingency_tables(patients=patients, **rates)
    for cohort, tables in found.items():
        patients = sum_of_table(next((c[0] for c in tables.values() if c), {}))
        if len(picks := joint_tables(tables, patients=patients)) == 1:
            found[cohort] = {name: [table] for name, table in picks[0].items()}
    return found


def sum_of_table(table):
    """Patients in a two-by-two table."""
    return sum(table.values())


def candidates(claim, tables):
    """Counts that a claim may rest on: list of (successes or AUC, positives, negatives)."""
    implied = tables.get(claim["cohort"], {}).get(claim["class"], [])
    groups = [(t["tp"] + t["fn"], t["tn"] + t["fp"]) for t in implied]
    if claim["measure"] == "auc":
        return [(a, m, n) for m, n in groups for a in possible_aucs(claim["estimate"], m, n)]
    if claim["successes"] and claim["trials"]:
        return [(int(claim["successes"]), int(claim["trials"]), 0)]
    if claim["trials"]:
        trials = int(claim["trials"])
        return [(count, trials, 0) for count in numerators(claim["estimate"], trials)]
    if not implied:
        patients = int(claim["patients"] or 0)
        return [(*pair, 0) for pair in fractions(claim["estimate"], max_trials=patients)]
    parts = {
        "sensitivity": lambda t: (t["tp"], t["tp"] + t["fn"], 0),
        "specificity": lambda t: (t["tn"], t["tn"] + t["fp"], 0),
        "accuracy": lambda t: (t["tp"] + t["tn"], sum_of_table(t), 0),
        "ppv": lambda t: (t["tp"], t["tp"] + t["fp"], 0),
        "npv": lambda t: (t["tn"], t["tn"] + t["fn"], 0),
    }
    return [parts[claim["measure"]](table) for table in implied]


def tried_methods(claim, tables, confidence):
    """Every method on every candidate: one dict each, `reproduces` where the digits agree."""
    head = {key: claim[key] for key in KEPT}
    head |= {"printed_low": claim["low"], "printed_high": claim["high"]}
    for first, second, third in candidates(claim, tables):
        if claim["measure"] == "auc":
            counts = {"auc": first, "numerator": second, "denominator": second + third}
            found = auc_intervals(first, second, third, confidence=confidence)
        else:
            counts = {"auc": np.nan, "numerator": first, "denominator": second}
            found = proportion_intervals(first, second, confidence=confidence)
        for method, (low, high) in found.items():
            same = reproduces((low, high), claim["low"], claim["high"])
            yield {**head, **counts, "method": method, "low": low, "high": high, "reproduces": same}


def interval_row(claim, tried, tables, confidence):
    """One printed interval: who reproduces it, and what the stated method gives instead."""
    row = {
        "Claim": claim_text(claim["measure"], claim["class"], claim["cohort"]),
        "Where": claim["source"],
        "Printed": f"{claim['estimate']} ({claim['low']}–{claim['high']})",
    }
    if tried.empty:
        return row | {"Conclusion": "No counts fit the printed rates: cannot be recomputed."}
    digits = len(claim["low"].partition(".")[2])
    same = list(dict.fromkeys(tried["method"][tried["reproduces"].astype(bool)]))
    stated = tried[tried["method"] == (stated_method(claim))]
    row["Implied counts"] = counts_text(claim, tried)
    row["Reproduced by"] = "; ".join(NAMES[method] for method in same) or "none"
    if not stated.empty:
        shown = range_text(stated, digits)
        row["Stated method gives"] = f"{shown} ({NAMES[stated_method(claim)]})"
    row["Conclusion"] = conclude(claim, same, tables, confidence)
    return row


def claim_text(measure, name, cohort):
    """What is claimed, in words."""
    title = measure.upper() if measure in ("auc", "ppv", "npv") else measure.capitalize()
    return f"{title} of {name}, {cohort}"


def stated_method(claim):
    """Name of the method the paper states; a Wilson score interval of an AUC is Newcombe's."""
    return possible_methods(claim)[0]


def possible_methods(claim):
    """Methods that the stated one may mean: for an AUC, Wilson's has three readings."""
    if claim["measure"] == "auc" and claim["stated_method"] == "wilson":
        return ["newcombe", "wilson", "wilson_effective"]
    return [claim["stated_method"]]


def counts_text(claim, tried):
    """The counts a claim rests on, if they are known."""
    pairs = list(dict.fromkeys(zip(tried["numerator"], tried["denominator"], strict=True)))
    if len(pairs) > 1:
        return f"{len(pairs)} fractions round to it"
    count, total = pairs[0]
    return f"{count} / {total - count}" if claim["measure"] == "auc" else f"{count}/{total}"


def range_text(rows, digits):
    """The interval nearest the middle of the candidates, with the printed number of digits."""
    middle = rows.iloc[len(rows) // 2]
    return f"{middle['low']:.{digits}f}–{middle['high']:.{digits}f}"


def conclude(claim, same, tables, confidence):
    """One sentence on a printed interval."""
    if any(method in same for method in possible_methods(claim)):
        return "The stated method reproduces it."
    if same:
        names = " or ".join(NAMES[method] for method in same)
        if claim["stated_method"] in NEED_SCORES:
            stated = NAMES[claim["stated_method"]]
            return f"{names} gives every printed digit; the stated {stated} needs the scores."
        unless = "" if len(possible_methods(claim)) == 1 else ", in any reading"
        stated = f"Not {NAMES[claim['stated_method']]}{unless}: " if claim["stated_method"] else ""
        return f"{stated}{names} gives every printed digit."
    error = implied_standard_error(
        claim["estimate"], claim["low"], claim["high"], confidence=confidence
    )
    if np.isnan(error):
        return "No method tried gives it."
    text = f"Symmetric about the estimate: a Wald interval with standard error {error:.4f}"
    if float(claim["high"]) == 1:
        text += ", cut off at 1"
    implied = tables.get(claim["cohort"], {}).get(claim["class"], [])
    if claim["measure"] == "auc" and len(implied) == 1:
        table = implied[0]
        sizes = table["tp"] + table["fn"], table["tn"] + table["fp"]
        other = hanley_mcneil_variance(float(claim["estimate"]), *sizes) ** 0.5
        text += f"; Hanley and McNeil's is {other:.4f}, DeLong's needs the scores"
    return text + "."


def two_versions(intervals):
    """Estimates printed more than once whose intervals differ."""
    keys = ["cohort", "class", "measure", "estimate"]
    for (cohort, name, measure, estimate), part in intervals.groupby(keys, sort=False):
        if len(part[["low", "high"]].drop_duplicates()) > 1:
            shown = [f"{r.low}–{r.high} ({r.source})" for r in part.itertuples()]
            yield {
                "Claim": claim_text(measure, name, cohort),
                "Where": ", ".join(part["source"]),
                "Printed": f"{estimate}: {'; '.join(shown)}",
                "Conclusion": "One estimate, two intervals: they cannot come from one method.",
            }
