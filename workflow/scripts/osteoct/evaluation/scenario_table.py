"""All arms beside the main analysis, on the same test patients."""

import pandas as pd

from osteoct.classification.predictions import of_split
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.baselines import auc_difference, sizes
from osteoct.evaluation.comparison_table import rows_of
from osteoct.evaluation.methods import NAMES

MAIN = "main analysis"


def compare_arms(predictions, arms, record, intervals):
    """AUC of every arm and class on the test patients, and how far it is from the main analysis.

    Parameters
    ----------
    predictions : DataFrame
        The main analysis, as `predictions.read_predictions` returns it.
    arms : list of (str, DataFrame, dict)
        What each arm changes, in words, and what `arm.fit_arm` returns.
    record : dict
        results/model/selection.json of the main analysis.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame
        One row per class and arm, the main analysis first: `class`, `arm`, `measured` (features it
        began with), `selected`, `shared` (of these, also in the main analysis); `n_positive`,
        `n_negative`, `auc`, `low`, `high`, `note`; `difference` (arm minus main analysis), its
        DeLong interval and `p`.
    """
    test, kept, rows = of_split(predictions, "test"), set(record["lasso"]), []
    main = {"arm": MAIN, "measured": record["counts"]["measured"], "selected": len(kept)}
    for name in CLASSES:
        rows.append({"class": name, **main, "shared": len(kept), **sizes(test, name, intervals)})
        for about, of_arm, found in arms:
            counts = {
                "measured": found["measured"],
                "selected": len(found["selected"]),
                "shared": len(kept & set(found["selected"])),
            }
            row = {"class": name, "arm": about, **counts, **sizes(of_arm, name, intervals)}
            rows.append(row | auc_difference(of_arm, test, name, intervals.confidence))
    limits = ["difference", "difference_low", "difference_high", "p"]
    table = pd.DataFrame(rows)
    return table.reindex(columns=list(dict.fromkeys([*table.columns, *limits])))


def tabulate_arms(found, intervals):
    """The arms as they are printed; the last row is a footnote with text in the first cell only.

    Parameters
    ----------
    found : DataFrame
        From `compare_arms`.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame of str
    """
    table = rows_of(found, intervals, who="arm", difference="Arm minus main analysis")
    is_main = found["arm"] == MAIN
    table.loc[is_main, table.columns[4:]] = ""
    shared = [f"{row.shared} of {row.selected}" for row in found.itertuples()]
    table.insert(2, "Features", [f"{count:,}" for count in found["measured"]])
    table.insert(3, "Shared", pd.Series(shared).where(~is_main, ""))
    note = (
        "Features: what the arm began with; shared: how many of those it selected the main "
        "analysis selected too. Each arm differs in nothing but what it names; its forest has the "
        "settings of the main analysis. AUC: one class against the rest, interval by "
        f"{NAMES[intervals.auc]}. Difference and P: DeLong’s paired test, uncorrected."
    )
    return pd.concat([table, pd.DataFrame([{"Class": note}])], ignore_index=True).fillna("")
