"""Tables of features: whose femur is measured, and all patients' features side by side."""

import pandas as pd

RECORD = ("status", "reason", "features.csv_sha256")


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
        `patient`, `ct`, `outline`; none if no outline was made.
    """
    done = femurs[femurs["status"] == "done"]
    table = done.merge(cohort[["patient", "ct"]], on="patient", how="left", validate="1:1")
    table = table.reindex(columns=["patient", "ct", "femur.nii.gz_sha256"])
    return table.set_axis(["patient", "ct", "outline"], axis=1)


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
    return table.drop(columns=list(RECORD))
