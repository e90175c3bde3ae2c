"""Automatic against manual segmentation in a batch of patients, one row for each femur."""

from functools import partial
from pathlib import Path

import pandas as pd
import SimpleITK as sitk

from ctio import SIDES, read_ct, read_mask
from osteoct.batches import PATIENTS, for_each_patient
from osteoct.randomness import generator
from osteoct.results import sha256
from osteoct.segmentation.overlap import compare, dice

OTHER = {"right": "left", "left": "right"}
COLUMNS = [
    *("patient", "side", "dice", "reference_cm3", "automatic_cm3", "vd_cm3", "absolute_vd_cm3"),
    *("relative_vd_percent", "hd95_mm", "surface_dice", "components", "failure", "qc"),
    "readers_dice",
]


def patients_to_compare(femurs, cohort, *, sample):
    """Patients of a batch with a manual mask, segmented automatically or not.

    Parameters
    ----------
    femurs : DataFrame
        Segmentations of the batch: `patient`, `right_qc`, `left_qc`.
    cohort : DataFrame
        Cohort table: `patient`, `ct`, `mask`, `mask_reader2`.
    sample : list of str
        Patients of the reader study.

    Returns
    -------
    DataFrame
        `patient`, `ct`, `mask`, `mask_reader2` (empty outside of the reader study),
        `right_qc` and `left_qc` (empty where there is none), and a `*_sha256` of the automatic
        mask and of each manual one (empty where there is none), so that an exchanged mask is
        compared again.
    """
    statuses = [f"{side}_qc" for side in SIDES]
    known = femurs.reindex(columns=["patient", *statuses]).fillna("")
    rows = cohort[cohort["mask"] != ""].merge(known, on="patient")
    automatic = [PATIENTS / patient / "femur.nii.gz" for patient in rows["patient"]]
    second = rows["mask_reader2"].where(rows["patient"].isin(sample), "")
    return rows[["patient", "ct", "mask", *statuses]].assign(
        mask_reader2=second,
        automatic_sha256=_hashes(automatic),
        mask_sha256=_hashes(rows["mask"]),
        mask_reader2_sha256=_hashes(second),
    )


def _hashes(paths):
    """SHA-256 of each file; empty where there is none."""
    return [sha256(path) if Path(path).is_file() else "" for path in paths]


def compare_patients(rows, *, settings, key):
    """Compare automatic with manual masks; a femur without an automatic mask has Dice 0.

    Parameters
    ----------
    rows : DataFrame
        As `patients_to_compare` gives them.
    settings : dict
        `surface_tolerance_mm` and `min_dice`.
    key : object
        What the measures depend on besides the masks.

    Returns
    -------
    DataFrame
        One row per patient and side with a manual mask, columns `COLUMNS`; `failure` says why an
        automatic mask is no use, `qc` is its QC status, which does not know the manual one, and
        `readers_dice` is the Dice of the two readers. A patient who could not be compared has one
        row without a side, with the reason as `failure`.
    """
    wide = for_each_patient(
        rows,
        partial(_compare_patient, settings=settings),
        step="overlap",
        files=[],
        key=[settings, key],
    )
    rows = wide.to_dict("records")
    records = [
        {"patient": row["patient"], "side": side, **_of_side(row, side)}
        for row in rows
        for side in SIDES
        if row.get(f"{side}_reference_cm3", 0) > 0
    ]
    records += [
        {"patient": row["patient"], "side": "", "failure": row["reason"]}
        for row in rows
        if row["status"] == "failed"
    ]
    return pd.DataFrame(records, columns=COLUMNS)


def _compare_patient(row, folder, *, settings):
    """Measures of both femora, each name with its side in front."""
    automatic = _automatic(row, folder)
    reference = sitk.GetArrayFromImage(read_mask(row["mask"], like=automatic, sided=True))
    second = reference * 0
    if row["mask_reader2"]:
        second = sitk.GetArrayFromImage(read_mask(row["mask_reader2"], like=automatic, sided=True))
    spacing_mm, automatic = automatic.GetSpacing()[::-1], sitk.GetArrayFromImage(automatic)
    values = {}
    for name in [name for name, label in SIDES.items() if (reference == label).any()]:
        measures = compare_side(automatic, reference, name, spacing_mm=spacing_mm, **settings)
        measures["qc"] = row[f"{name}_qc"]
        if row["mask_reader2"]:
            label = SIDES[name]
            measures["readers_dice"] = dice(second == label, reference == label)
        values |= {f"{name}_{measure}": value for measure, value in measures.items()}
    return values


def compare_side(automatic, reference, side, *, spacing_mm, surface_tolerance_mm, min_dice):
    """Measures of one femur, and why its automatic mask is no use, if it is none.

    Parameters
    ----------
    automatic, reference : ndarray, shape (z, y, x)
        Labels: 1 right femur, 2 left femur. The reference has this femur.
    side : {"right", "left"}
    spacing_mm : sequence of float, (z, y, x)
    surface_tolerance_mm, min_dice : float

    Returns
    -------
    dict
        As `osteoct.segmentation.overlap.compare`, and `failure`: empty, "no mask",
        "wrong side", or the limit that the Dice is below.
    """
    label, other = SIDES[side], SIDES[OTHER[side]]
    measures = compare(
        automatic == label,
        reference == label,
        spacing_mm=spacing_mm,
        surface_tolerance_mm=surface_tolerance_mm,
    )
    failure = ""
    if measures["dice"] < min_dice:
        failure = f"Dice below {min_dice:g}"
        if not (automatic == label).any():
            crossed = dice(automatic == other, reference == label) >= min_dice
            failure = "wrong side" if crossed else "no mask"
    return {**measures, "failure": failure}


def _automatic(row, folder):
    """The automatic label map; an empty one on the CT's grid where the segmentation broke off."""
    path = Path(folder, "femur.nii.gz")
    if path.exists():
        return sitk.ReadImage(str(path))
    return sitk.Cast(read_ct(row["ct"]), sitk.sitkUInt8) * 0


def _of_side(row, side):
    """The columns of one side, without the side in their names."""
    names = {name: f"{side}_{name}" for name in COLUMNS[2:]}
    return {name: row[column] for name, column in names.items() if column in row}


def choose_sample(cohort, *, patients, seed):
    """Training patients whose masks by two readers are compared.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `split`, `mask`, `mask_reader2` (empty where there is none).
    patients : int
        Size of the sample; all who have two masks if they are fewer.
    seed : int
        The study's seed.

    Returns
    -------
    list of str
        Names of patients, sorted.
    """
    both = (cohort["split"] == "training") & (cohort["mask"] != "") & (cohort["mask_reader2"] != "")
    names = sorted(cohort.loc[both, "patient"])
    order = generator(seed, "reader_study").permutation(len(names))
    return sorted(names[index] for index in order[:patients])
