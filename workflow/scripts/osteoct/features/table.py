"""Tables of features: whose femur is measured, and all patients' features side by side."""

import pandas as pd

from osteoct.batches import PATIENTS, hash_of
from osteoct.results import FLOAT_FORMAT, atomic
from osteoct.tables import read_table

MASK = "femur.nii.gz"
RECORD = ("status", "reason")


def segmented_patients(femurs, cohort):
    """The patients of a batch whose femur has a segmentation, with their scan.

    Parameters
    ----------
    femurs : DataFrame
        Record of the segmentations: `patient`, `status`, and the hash of the mask.
    cohort : DataFrame
        `patient` and `ct`.

    Returns
    -------
    DataFrame
        `patient`, `ct`, `mask` (its path), `mask_sha256`; none if there is no segmentation.
    """
    done = femurs[femurs["status"] == "done"]
    table = done.merge(cohort[["patient", "ct"]], on="patient", how="left", validate="1:1")
    masks = [str(PATIENTS / patient / MASK) for patient in table["patient"]]
    table = table.assign(mask=masks).reindex(columns=["patient", "ct", "mask", f"{MASK}_sha256"])
    return table.rename(columns={f"{MASK}_sha256": "mask_sha256"})


def manually_segmented_patients(cohort):
    """The test patients whose femur has a manual segmentation, with their scan.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `split`, `ct` and `mask`.

    Returns
    -------
    DataFrame
        As from `segmented_patients`.
    """
    test = cohort[(cohort["split"] == "test") & cohort["mask"].notna()]
    hashes = [hash_of(mask) for mask in test["mask"]]
    return test[["patient", "ct", "mask"]].assign(mask_sha256=hashes)


def gather(batches):
    """Features of the patients of all batches who have any.

    Parameters
    ----------
    batches : list of DataFrame
        From `batch.extract_batch`.

    Returns
    -------
    DataFrame
        `patient` and one column per feature, in the order of the batches. Those who failed are
        not in it; their reason stays in their batch.
    """
    if not batches:
        return pd.DataFrame(columns=["patient"])
    table = pd.concat([batch[batch["status"] == "done"] for batch in batches], ignore_index=True)
    record = [name for name in table if name in RECORD or name.endswith("_sha256")]
    return table.drop(columns=record)


def write_gathered(batches, path):
    """Write the features of all patients who have any, one batch in memory at a time.

    Parameters
    ----------
    batches : list of str
        Files that hold what `batch.extract_batch` gave.
    path : str or Path
        Gets what `gather` would give of all of them.

    Raises
    ------
    ValueError
        If the batches do not have the same features.
    """
    columns = None
    with atomic(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        for batch in batches:
            table = gather([read_table(batch)])
            if columns is None:
                columns = list(table)
                file.write(",".join(columns) + "\n")
            if list(table) != columns:
                raise ValueError("The batches do not have the same features; remove their tables.")
            table.to_csv(
                file, index=False, header=False, float_format=FLOAT_FORMAT, lineterminator="\n"
            )


def training_reference(features, cohort, names):
    """Diagnosis and the named features of the training patients who have features.

    Parameters
    ----------
    features : DataFrame
        `patient` and the features of the study's patients.
    cohort : DataFrame
        results/cohort/study.csv.
    names : list of str

    Returns
    -------
    DataFrame
        `diagnosis` and the features, in the order of the patients' names, which are not in it.
    """
    training = cohort.loc[cohort["split"].eq("training"), ["patient", "diagnosis"]]
    merged = training.merge(features, on="patient").sort_values("patient")
    return merged[["diagnosis", *names]].reset_index(drop=True)
