"""Table 2: how well the femora were segmented, and which cases must be looked at."""

import numpy as np
import pandas as pd

from osteoct.tables import read_table

COHORTS = {"validation": "Validation", "test": "Test"}
QC_STATUSES = ["pass", "review"]  # every other one has failed, none included
SOURCES = {  # of the automatic masks, by the configuration's segmentation: source
    "trained": "networks that this study trained on its manual masks",
    "finetuned": "networks that this study trained on its manual masks, starting from the weights "
    "that come with the project",
    "pretrained": "the networks that come with the project; this study trained none",
    "masks": "made elsewhere; the participants table names them (automatic_mask)",
}
NO_MASKS = "There are no manual masks to compare the automatic ones with: Dice is not available."
ABSENT = "–"
WORST_CASES = 3
COLUMNS = [
    *("Cohort", "n", "Dice, mean ± SD", "Dice, median (quartiles)"),
    *("VD, cm³, median (quartiles)", "|VD|, cm³, median (quartiles)"),
    *("HD95, mm, median (quartiles)", "Surface Dice, median (quartiles)"),
    *("Failures", "Pass, review, fail", "Worst (patient)"),
]
MEASURES = ["dice", "vd_cm3", "absolute_vd_cm3", "relative_vd_percent", "hd95_mm", "surface_dice"]


def of_cohorts(paths, cohort):
    """Overlap of all batches, with the split of each patient who has one.

    Parameters
    ----------
    paths : list of str
        Overlap tables of the batches.
    cohort : DataFrame
        `patient`, `split`.
    """
    texts = ["side", "failure", "qc"]
    tables = [read_table(path, dtype=dict.fromkeys(["patient", *texts], str)) for path in paths]
    filled = [table for table in tables if len(table)] or tables[:1]
    overlap = pd.concat(filled, ignore_index=True)
    numbers = [*MEASURES, "readers_dice"]
    overlap[numbers] = overlap[numbers].astype(float)  # also where no cell is filled
    overlap[texts] = overlap[texts].fillna("")
    return overlap.merge(cohort.loc[cohort["split"] != "", ["patient", "split"]], on="patient")


def tabulate(overlap, *, side, source):
    """Table 2 as printed: the studied femur of validation and test patients, and the readers.

    Parameters
    ----------
    overlap : DataFrame
        All femora: the columns of `osteoct.segmentation.comparison.compare_patients`, and `split`.
    side : {"left", "right"}
        The studied one.
    source : str
        One of `SOURCES`.

    Returns
    -------
    DataFrame
        One row per cohort, one for the agreement of the readers, and footnotes; all cells are
        text. A mask that failed counts with its Dice (0 where there is none), nobody is left out.
    """
    studied = overlap[overlap["side"] == side]
    rows = [_printed(name, studied[studied["split"] == split]) for split, name in COHORTS.items()]
    readers = studied["readers_dice"].dropna()
    agreement = [str(len(readers)), _mean_sd(readers), _quartiles(readers, 3)]
    values = agreement if len(readers) else [ABSENT] * 3
    rows.append(dict(zip(COLUMNS, ["Two readers (training sample)", *values], strict=False)))
    notes = [f"Source of the automatic masks: {SOURCES[source]}."]
    notes += [NO_MASKS] if overlap.empty else []
    return pd.DataFrame([*rows, *({"Cohort": note} for note in notes)], columns=COLUMNS).fillna("")


def tabulate_values(overlap, *, side):
    """The numbers behind Table 2, for the studied femur, the other one, and both.

    Returns
    -------
    DataFrame
        One row per cohort (training too), femora and measure: `n`, `mean`, `sd`, `median`, `q1`,
        `q3`, `min`, `max`, and `failures` among the n masks. HD95 and surface Dice are not
        defined for an absent mask, so their n may be smaller.
    """
    femora = {
        "studied": overlap["side"] == side,
        "other": ~overlap["side"].isin([side, ""]),
        "both": overlap["side"] != "",
    }
    rows = [
        {"cohort": split, "femora": which, "measure": measure, **_summary(part, measure)}
        for split in ("training", "validation", "test")
        for which, mask in femora.items()
        for part in [overlap[mask & (overlap["split"] == split)]]
        for measure in MEASURES
    ]
    readers = overlap[femora["studied"]].dropna(subset="readers_dice")
    agreement = _summary(readers.assign(failure=""), "readers_dice")
    rows.append({"cohort": "training", "femora": "studied", "measure": "readers_dice", **agreement})
    return pd.DataFrame(rows)


def list_cases(overlap, *, worst_cases=WORST_CASES):
    """Segmentations to look at: every failure, and the lowest Dice of each cohort.

    Parameters
    ----------
    overlap : DataFrame
        From `of_cohorts`.
    worst_cases : int
        Segmentations of each cohort that are listed for their low Dice.

    Returns
    -------
    DataFrame
        Rows of `overlap` of both femora and all splits, lowest Dice first.
    """
    ordered = overlap.sort_values(["dice", "patient", "side"], ignore_index=True)
    worst = ordered.groupby("split").cumcount() < worst_cases
    listed = ordered[worst | (ordered["failure"] != "")]
    first = ["split", "patient", "side", "failure"]
    return listed[first + [name for name in listed if name not in first]]


def _printed(name, rows):
    if rows.empty:
        return dict.fromkeys(COLUMNS, ABSENT) | {"Cohort": name}
    worst = rows.sort_values(["dice", "patient"]).head(1)
    return {
        "Cohort": name,
        "n": str(len(rows)),
        "Dice, mean ± SD": _mean_sd(rows["dice"]),
        "Dice, median (quartiles)": _quartiles(rows["dice"], 3),
        "VD, cm³, median (quartiles)": _quartiles(rows["vd_cm3"], 2),
        "|VD|, cm³, median (quartiles)": _quartiles(rows["absolute_vd_cm3"], 2),
        "HD95, mm, median (quartiles)": _quartiles(rows["hd95_mm"], 2),
        "Surface Dice, median (quartiles)": _quartiles(rows["surface_dice"], 3),
        "Failures": str(int((rows["failure"] != "").sum())),
        "Pass, review, fail": _qc_counts(rows["qc"]),
        "Worst (patient)": "; ".join(
            f"{row.dice:.3f} ({row.patient})" for row in worst.itertuples()
        ),
    }


def _qc_counts(statuses):
    """How many segmentations passed quality control, need a look, and failed."""
    counts = [int((statuses == name).sum()) for name in QC_STATUSES]
    return ", ".join(map(str, [*counts, len(statuses) - sum(counts)]))


def _mean_sd(values):
    if values.empty:
        return ""
    spread = f"{values.std(ddof=1):.3f}" if len(values) > 1 else "–"
    return f"{values.mean():.3f} ± {spread}"


def _quartiles(values, digits):
    """Median (lower, upper quartile), with a true minus sign."""
    values = values.dropna()
    if values.empty:
        return ""
    low, middle, high = (f"{v:.{digits}f}" for v in np.percentile(values, [25, 50, 75]))
    return f"{middle} ({low}, {high})".replace("-", "−")


def _summary(rows, measure):
    values = rows[measure].dropna()
    quartiles = np.percentile(values, [25, 50, 75]) if len(values) else [np.nan] * 3
    return {
        "n": len(values),
        "mean": values.mean(),
        "sd": values.std(ddof=1),
        **dict(zip(("q1", "median", "q3"), quartiles, strict=True)),
        "min": values.min(),
        "max": values.max(),
        "failures": int((rows["failure"] != "").sum()) if len(rows) else np.nan,
    }
