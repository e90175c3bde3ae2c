"""Table S3: coverage of every kind of interval at cohort sizes like these."""

import pandas as pd

from osteoct.evaluation.methods import AUC, NAMES, PROPORTION

GROUPS = {
    "Sensitivity and specificity": (("sensitivity", "specificity"), tuple(PROPORTION)),
    "AUC": (("auc",), AUC),
}


TOLERANCE = 0.02  # a coverage farther than this from the promised one is remarked on


def tabulate_coverage(coverage, *, proportion, auc):
    """Coverage of every method by cohort: the range over classes and models, and the mean width.

    Parameters
    ----------
    coverage : DataFrame
        resources/intervals/coverage.csv, from benchmarks/interval_coverage.py.
    proportion, auc : str
        The methods that the study prints.

    Returns
    -------
    DataFrame of str
        A row with text in its first cell only is a heading, at the end of the table a footnote.
    """
    printed = {"Sensitivity and specificity": proportion, "AUC": auc}
    rows, notes = [], []
    for heading, (measures, methods) in GROUPS.items():
        of_group = coverage[coverage["measure"].isin(measures)]
        rows.append({"Method": heading})
        for method in methods:
            here = of_group[of_group["method"] == method]
            mark = ", printed" if method == printed[heading] else ""
            cells = {name: _cell(part) for name, part in here.groupby("cohort", sort=False)}
            name = NAMES[method][0].upper() + NAMES[method][1:]
            rows.append({"Method": name + mark, **cells})
        chosen = of_group[of_group["method"] == printed[heading]]
        promised = coverage["confidence"].iloc[0]
        off = chosen[(chosen["coverage"] - promised).abs() > TOLERANCE + 1e-9]
        edges = f"{100 * (promised - TOLERANCE):.0f} to {100 * (promised + TOLERANCE):.0f} %"
        notes.append(_outside(heading, NAMES[printed[heading]], off, edges))
    return pd.DataFrame([*rows, {"Method": HOW}, *({"Method": n} for n in notes)]).fillna("")


HOW = (
    "Cells: min to max coverage over classes and models; mean width. Truths: what the paper "
    "found in its test cohort. Sensitivity and specificity: exact sums over binomial counts. AUC: "
    "drawn cohorts of normal scores, the diseased with the spread of the healthy or with twice "
    "that. An interval that a method cannot give, as DeLong’s at an AUC of 1, counts as a miss. "
    "Made once by `make benchmark-intervals`, which writes resources/intervals/coverage.csv."
)


def _cell(part):
    low, high = part["coverage"].min(), part["coverage"].max()
    return f"{low:.3f} to {high:.3f}; {part['width'].mean():.2f}"


def _outside(heading, name, off, edges):
    """Where the printed method does not keep what it promises, cohort by cohort."""
    if off.empty:
        return f"{heading}: {name} stays within {edges} throughout."
    found = []
    for cohort, part in off.groupby("cohort", sort=False):
        cells = [
            f"{row['class']} {_quantity(row)} {row['coverage']:.3f}"
            for row in part.to_dict("records")
        ]
        found.append(f"{', '.join(cells)} [{cohort}]")
    return f"{heading}: {name} covers outside {edges} for {'; '.join(found)}."


def _quantity(row):
    """The quantity, or for an AUC the model and the sizes."""
    if row["measure"] != "auc":
        return row["measure"]
    return f"({row['n_positive']} / {row['n_negative']}, {row['model']})"
