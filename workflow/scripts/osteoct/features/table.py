"""Tables of features: whose femur is measured, and all patients' features side by side."""

import pandas as pd

from osteoct.batches import PATIENTS
from osteoct.results import sha256

OUTLINE = "femur.nii.gz"
RECORD = ("status", "reason")


def outlined_patients(femurs, cohort):
    """The patients of a batch whose femur has an outline, with their scan.

    Parameters
    ----------
    femurs : DataFrame
        Record of the outlines: `patient`, `status`, and the hash of the outline.
    cohort : DataFrame
        `patient` and `ct`.

    Returns
    -------
    DataFrame
        `patient`, `ct`, `mask` (path of the outline), `outline` (its hash); none if no outline was
        made.
    """
    done = femurs[femurs["status"] == "done"]
    table = done.merge(cohort[["patient", "ct"]], on="patient", how="left", validate="1:1")
    masks = [str(PATIENTS / patient / OUTLINE) for patient in table["patient"]]
    table = table.assign(mask=masks).reindex(columns=["patient", "ct", "mask", f"{OUTLINE}_sha256"])
    return table.rename(columns={f"{OUTLINE}_sha256": "outline"})


def read_patients(cohort):
    """The test patients whose femur a reader has outlined, with their scan.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `split`, `ct` and `mask`.

    Returns
    -------
    DataFrame
        As from `outlined_patients`.
    """
    test = cohort[(cohort["split"] == "test") & cohort["mask"].notna()]
    return test[["patient", "ct", "mask"]].assign(outline=[sha256(mask) for mask in test["mask"]])


def gather(batches):
    """Features of the patients of all batches who have any.

    Parameters
    ----------
    batches : list of DataFrame
        From `features.extract_batch`.

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
