"""Radiomic features of one femur of every patient of a batch."""

from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk

from ctio import read_ct
from osteoct.batches import for_each_patient
from osteoct.features.extraction import extract, settings_of
from osteoct.images import femur_of
from osteoct.results import sha256, write_csv

PACKAGES = ("numba", "pywavelets", "pyradiomics-bhklab")


def extract_batch(patients, *, step, measured, code):
    """Features of one femur of every patient of a batch, each also in the patient's folder.

    Parameters
    ----------
    patients : DataFrame
        One row per patient with a segmentation: `patient`, `ct` and `mask` (paths), `mask_sha256`.
    step : str
        Name of the record and of the table of features in the patient's folder.
    measured : dict
        `side` ("left" or "right", the femur that is studied) and `features` (that section of the
        configuration).
    code : list of str
        Files of the study's own code, whose change makes earlier records stale.

    Returns
    -------
    DataFrame
        `patient`, `status`, `reason`, the hash of the patient's ``{step}.csv``, and the features
        in alphabetical order.

    Raises
    ------
    ValueError
        If the settings do not give the total of features, or the engine does not know them.
    RuntimeError
        If every patient failed for a reason that is not the patient's.
    """
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)  # crops are small: threads cost more
    side, settings = measured["side"], settings_of(measured["features"])
    names = feature_names(settings, total=measured["features"]["total"])
    table = f"{step}.csv"

    def measure(row, folder):
        ct = read_ct(row["ct"])
        values = extract(ct, femur_of(row["mask"], ct, side=side), **settings)
        write_csv(pd.DataFrame([{"patient": row["patient"], **values}]), folder / table)
        return values

    records = for_each_patient(
        patients.assign(scan=[sha256(ct) if Path(ct).exists() else "" for ct in patients["ct"]]),
        measure,
        step=step,
        files=[table],
        key=[side, settings, list(map(version, PACKAGES)), [sha256(file) for file in code]],
    )
    return records.reindex(columns=["patient", "status", "reason", f"{table}_sha256", *names])


def feature_names(settings, *, total):
    """Names of the features that settings give, from a small made-up image.

    Parameters
    ----------
    settings : dict
        Keyword arguments of `extract`.
    total : int
        How many there must be.

    Returns
    -------
    list of str
        In alphabetical order.

    Raises
    ------
    ValueError
        If there are not `total` of them, or the engine does not know them.
    """
    voxels = np.indices((8, 8, 8))
    ct = sitk.GetImageFromArray((np.tensordot([97, 61, 31], voxels, 1) % 211).astype(np.int16))
    mask = sitk.GetImageFromArray(((voxels > 0) & (voxels < 7)).all(0).astype(np.uint8))
    names = list(extract(ct, mask, **settings))
    if len(names) != total:
        raise ValueError(
            f"features.images and features.classes of the configuration give {len(names)} "
            f"features, features.total says {total}. Correct one of them."
        )
    return names
