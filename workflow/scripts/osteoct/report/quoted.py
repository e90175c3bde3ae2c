"""Every number that a text about the study quotes, in one place, under names that do not change."""

import numpy as np

from osteoct.classification.predictions import EVALUATED
from osteoct.cohort.diagnosis import CLASSES
from osteoct.cohort.splits import SPLITS


def quoted_numbers(cohort, values, comparison, overlap):
    """The study's numbers by name, missing ones as nan.

    Parameters
    ----------
    cohort : DataFrame
        results/cohort/study.csv.
    values : DataFrame
        As `performance.evaluate` returns it.
    comparison : DataFrame
        results/tables/comparison_baselines_values.csv.
    overlap : DataFrame
        Table 2's values: results/tables/table2_segmentation_values.csv.

    Returns
    -------
    dict
        `cohort`: patients by status, split and class. `validation`, `test`: of each class and of
        all classes the estimates at the most probable class with their limits. `baselines`: test
        AUC of the simple models. `segmentation`: Table 2's values
        by split, femora and measure.
    """
    return {
        "cohort": cohort_numbers(cohort),
        **{split: split_numbers(values[values["split"] == split]) for split in EVALUATED},
        "baselines": baseline_numbers(comparison),
        "segmentation": segmentation_numbers(overlap),
    }


def cohort_numbers(cohort):
    """Patients screened, by status, and of the included ones by split and class."""
    included = cohort[cohort["status"] == "included"]
    numbers = {"screened": len(cohort)}
    for status in ("included", "excluded", "unlabelled"):
        numbers[status] = int((cohort["status"] == status).sum())
    for split in SPLITS:
        here = included[included["split"] == split]
        numbers[split] = {"patients": len(here)}
        numbers[split] |= {name: int((here["diagnosis"] == name).sum()) for name in CLASSES}
    for name in CLASSES:
        numbers[name] = int((included["diagnosis"] == name).sum())
    return numbers


def split_numbers(values):
    """Estimates and limits of one split by class, cut-offs other than the main one left out."""
    main = values[values["decision"] != "youden_validation"]
    numbers = {}
    for row in main.to_dict("records"):
        of_class = numbers.setdefault(row["class"], {})
        measure = row["measure"]
        of_class |= {
            measure: row["estimate"],
            f"{measure}_low": row["low"],
            f"{measure}_high": row["high"],
        }
        if not np.isnan(row["denominator"]):
            of_class |= {
                f"{measure}_of": int(row["denominator"]),
                f"{measure}_count": int(row["numerator"]),
            }
    return numbers


def baseline_numbers(comparison):
    """Test AUC of every model by class, and the Holm-corrected P of its difference."""
    numbers = {}
    for row in comparison.to_dict("records"):
        model = row["model"].lower().replace(",", "").replace(" ", "_")
        numbers.setdefault(model, {})[row["class"]] = {
            "auc": row["auc"],
            "difference": row["difference"],
            "p_holm": row["p_holm"],
        }
    return numbers


def segmentation_numbers(overlap):
    """Table 2's values by cohort, femora (studied, other, both) and measure."""
    numbers = {}
    for row in overlap.to_dict("records"):
        of_femora = numbers.setdefault(row["cohort"], {}).setdefault(row["femora"], {})
        skipped = ("cohort", "femora", "measure")
        of_femora[row["measure"]] = {key: row[key] for key in row if key not in skipped}
    return numbers
