"""Radiomic features of one outlined femur, and of all patients of a batch."""

import math
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk

from ctio import bounding_box, read_ct
from fastradiomics import engine as fast
from fastradiomics import standard
from osteoct.batches import for_each_patient
from osteoct.features import reference
from osteoct.features.femur import femur_of
from osteoct.problems import PatientProblem
from osteoct.results import sha256, write_csv

REMEDY = "Look at the scan and at the outline of this patient."
PACKAGES = ("numba", "pywavelets", "pyradiomics-bhklab")


def extract(ct, mask, *, engine, profile, ibsi, **measures):
    """Every requested radiomic feature of the voxels in a mask.

    Parameters
    ----------
    ct : SimpleITK.Image
        Hounsfield units; fractions are rounded.
    mask : SimpleITK.Image
        1 inside, 0 outside, on the grid of `ct`.
    engine : {"fast", "pyradiomics"}
        Own code, or the package; their values agree to 1e-6.
    profile : {"paper", "ibsi"}
        Whether grid, mask and bins are pyradiomics' or the standard's (`standard.extract`).
    ibsi : dict
        ``range_hu``, ``outlier_sd`` and ``bins`` of `standard.extract`; unused by the profile
        ``paper``.
    **measures
        ``resampling`` (what `reference.on_grid` takes), ``bin_width_hu``, ``images`` (filter, as
        pyradiomics names it, to its settings: ``{"LoG": {"sigma": [1.0]}}``) and ``classes`` (class
        of features to the features wanted of it; an empty list is all of them).

    Returns
    -------
    dict of str to float
        Feature, as pyradiomics spells it, to value, in alphabetical order; all finite.

    Raises
    ------
    PatientProblem
        If the mask is empty, on another grid or thinner than two voxels, if its voxels all have
        one value or are no numbers, or if a feature is not a number.
    ValueError
        If the engine cannot do what the settings ask for.
    """
    _refuse_unusable(ct, mask)
    if engine == "pyradiomics" and profile == "ibsi":
        raise ValueError("The profile ibsi of features.settings needs the engine fast.")
    if engine == "pyradiomics":
        values = reference.extract(ct, mask, **measures)
    elif profile == "paper":
        values = fast.extract(ct, mask, **measures)
    else:
        values = standard.extract(ct, mask, **measures, **ibsi)
    return _finite({name: values[name] for name in sorted(values)})


def extract_batch(patients, *, step, measured, code):
    """Features of one femur of every patient of a batch, each also in the patient's folder.

    Parameters
    ----------
    patients : DataFrame
        One row per patient with an outline: `patient`, `ct` and `mask` (paths), `outline` (the
        mask's hash).
    step : str
        Name of the record and of the table of features in the patient's folder.
    measured : dict
        `side` ("left" or "right", the femur that is studied), `total` (how many features there
        must be) and `settings` (keyword arguments of `extract`).
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
        If the settings do not give `total` features.
    RuntimeError
        If every patient failed for a reason that is not the patient's.
    """
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)  # crops are small: threads cost more
    side, settings = measured["side"], measured["settings"]
    names = feature_names(settings, total=measured["total"])
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
    """Names of the features that settings give, learned from a small made-up image.

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
        If there are not `total` of them.
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


def _refuse_unusable(ct, mask):
    """A sentence for a mask that holds nothing to measure."""
    if not _same_grid(ct, mask):
        raise PatientProblem(f"The outline of the femur is not on the scan's grid. {REMEDY}")
    labels = sitk.GetArrayViewFromImage(mask)
    if (most := labels.max()) > 1:
        raise PatientProblem(f"The outline of the femur has a label {most:g} beside 1. {REMEDY}")
    if most < 1:
        raise PatientProblem(f"The outline of the femur is empty. {REMEDY}")
    box = bounding_box(mask, margin_mm=0)
    inside = sitk.GetArrayViewFromImage(ct)[box][labels[box] == 1]
    if not np.isfinite(inside).all():
        raise PatientProblem(f"The outline holds voxels that are not numbers. {REMEDY}")
    if inside.min() == inside.max():
        raise PatientProblem(
            f"The outline holds {inside.size} voxels of one value, {inside.min():g} HU: there is "
            f"no texture to measure. {REMEDY}"
        )


def _same_grid(ct, mask):
    """Whether two images have their voxels at the same places."""
    return ct.GetSize() == mask.GetSize() and all(
        np.allclose(getattr(ct, of)(), getattr(mask, of)(), rtol=0, atol=1e-5)
        for of in ("GetOrigin", "GetSpacing", "GetDirection")
    )


def _finite(values):
    """The values, or a sentence that counts those that are no numbers."""
    if odd := [name for name, value in values.items() if not math.isfinite(value)]:
        raise PatientProblem(
            f"{len(odd)} of {len(values)} features of the femur are not finite, first {odd[0]}: "
            f"the outline may be tiny or nearly flat. {REMEDY}"
        )
    return values
