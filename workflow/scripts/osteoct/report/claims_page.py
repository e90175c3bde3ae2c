"""The audit of a paper's printed claims as a page of its own."""

import numpy as np

from osteoct.claims.audit import audit, claim_text, implied_tables
from osteoct.claims.counts import fraction, matrix_rows, whole_matrices
from osteoct.claims.intervals import NAMES
from osteoct.claims.printed import MAX_FAILURES, agrees, with_misses
from osteoct.report.pages import render

KEYS = ["source", "cohort", "class", "measure", "estimate", "printed_low", "printed_high"]


def claims_page(claims, *, paper, confidence, template):
    """One HTML page on a paper's claims.

    Parameters
    ----------
    claims : DataFrame of str
        As `claims.table.read_claims` returns it.
    paper : str
        How the paper is cited.
    confidence : float in (0, 1)
        Of the printed intervals.
    template : str

    Returns
    -------
    str
    """
    printed, values = audit(claims, paper=paper, confidence=confidence)
    tables = implied_tables(claims)
    conclusions = printed.loc[printed["Conclusion"] != "", ["Claim", "Printed", "Conclusion"]]
    return render(
        template,
        synthetic=False,
        paper=paper,
        confidence=confidence,
        grids=[grid_of(values, name) for name in ("proportions", "aucs")],
        counts=list(counts_of(tables)),
        matrices=list(matrices_of(tables)),
        misses=list(misses_of(claims)),
        conclusions=conclusions.to_dict("records"),
    )


def grid_of(values, kind):
    """Every printed interval of a kind against every method that may stand behind it.

    Parameters
    ----------
    values : DataFrame
        As `audit` returns it.
    kind : {"proportions", "aucs"}

    Returns
    -------
    dict
        `kind`, `methods` (names) and `rows`: `claim`, `source`, `printed`, `cells`; a cell is the
        interval to the printed digits and whether it is the printed one.
    """
    here = values[(values["measure"] == "auc") == (kind == "aucs")]
    methods = list(dict.fromkeys(here["method"]))
    rows = []
    for key, part in here.groupby(KEYS, sort=False):
        source, cohort, name, measure, estimate, low, high = key
        digits = len(low.partition(".")[2])
        rows.append(
            {
                "claim": claim_text(measure, name, cohort),
                "source": source,
                "printed": f"{estimate} ({low}–{high})",
                "cells": [_cell(part[part["method"] == method], digits) for method in methods],
            }
        )
    return {"kind": kind, "methods": [NAMES[method] for method in methods], "rows": rows}


def _cell(tried, digits):
    """The candidate that gives the printed interval, or the middle one."""
    same = tried[tried["reproduces"].astype(bool)]
    shown = same.iloc[0] if len(same) else tried.iloc[len(tried) // 2]
    if np.isnan(shown["low"]):
        return {"text": "none", "same": False}
    limits = [f"{shown[side]:.{digits}f}" for side in ("low", "high")]
    return {"text": "–".join(limits), "same": bool(len(same))}


def counts_of(tables):
    """The two-by-two table of every class, with the predictive values that it implies."""
    for cohort, of_class in tables.items():
        for name, found in of_class.items():
            row = {"cohort": cohort, "class": name, "tables": len(found)}
            if len(found) == 1:
                tp, fn, tn, fp = (found[0][key] for key in ("tp", "fn", "tn", "fp"))
                row |= {"tp": tp, "fn": fn, "tn": tn, "fp": fp}
                row |= {"ppv": fraction(tp, tp + fp), "npv": fraction(tn, tn + fn)}
            yield row


def matrices_of(tables):
    """Of every cohort whose counts are known: the missed, the falsely called, the conclusion."""
    conclusions = {row["Claim"]: row["Conclusion"] for row in matrix_rows(tables)}
    for cohort, only in whole_matrices(tables):
        yield {
            "cohort": cohort,
            "rows": [(name, table["fn"], table["fp"]) for name, table in only.items()],
            "missed": sum(table["fn"] for table in only.values()),
            "falsely": sum(table["fp"] for table in only.values()),
            "conclusion": conclusions[f"One confusion matrix, {cohort}"],
        }


def misses_of(claims):
    """What patients of Dice 0 among otherwise typical ones do to a printed mean and SD."""
    dice = claims[claims["measure"] == "dice"]
    if len(dice) < 2:
        return
    typical = dice.loc[dice["sd"].astype(float).idxmin()]
    for claim in dice[(dice.index != typical.name) & (dice["patients"] != "")].to_dict("records"):
        patients, rows = int(claim["patients"]), []
        for misses in range(MAX_FAILURES + 1):
            mean, sd = with_misses(
                float(typical["estimate"]), float(typical["sd"]), patients=patients, misses=misses
            )
            same = agrees(mean, claim["estimate"]), agrees(sd, claim["sd"])
            rows.append({"misses": misses, "mean": mean, "sd": sd, "same": same})
        yield {"claim": claim, "typical": typical.to_dict(), "rows": rows}
