"""Radiomic features of one outlined femur, by pyradiomics."""

import math
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk
from radiomics import imageoperations, setVerbosity
from radiomics.featureextractor import RadiomicsFeatureExtractor

from osteoct.batches import PatientProblem, for_each_patient
from osteoct.imaging.images import bounding_box, crop_to, read_ct, read_mask
from osteoct.imaging.sides import LEFT, RIGHT
from osteoct.results import sha256, write_csv

LABELS = {"right": RIGHT, "left": LEFT}
REMEDY = "Look at the scan and at the outline of this patient."

setVerbosity(40)  # pyradiomics warns of harmless things for every image; errors still show


def extract(ct, mask, *, resampling, bin_width_hu, images, classes):
    """Every requested radiomic feature of the voxels in a mask.

    Parameters
    ----------
    ct : SimpleITK.Image
        Hounsfield units; fractions are rounded, see `on_grid`.
    mask : SimpleITK.Image
        1 inside, 0 outside, on the grid of `ct`.
    resampling : dict
        What `on_grid` takes.
    bin_width_hu : float
        Width of a grey-level bin.
    images : dict of str to dict
        Filter, as pyradiomics names it, to its settings: ``{"LoG": {"sigma": [1.0]}}``.
    classes : dict of str to list of str
        Class of features to the features wanted of it; an empty list is all of them.

    Returns
    -------
    dict of str to float
        Feature, as pyradiomics spells it, to value, in alphabetical order; all finite.

    Raises
    ------
    PatientProblem
        If the mask is empty or thinner than two voxels, if its voxels all have one value, or if
        a feature is not a number.

    References
    ----------
    van Griethuysen J.J.M. et al. (2017). Computational radiomics system to decode the
    radiographic phenotype. Cancer Res 77:e104-e107. doi:10.1158/0008-5472.CAN-17-0339
    """
    _refuse_unusable(ct, mask)
    setting = {
        "binWidth": bin_width_hu,
        "additionalInfo": False,
        "minimumROIDimensions": mask.GetDimension(),
    }
    extractor = RadiomicsFeatureExtractor(
        {"imageType": images, "featureClass": classes, "setting": setting}
    )
    try:
        values = extractor.execute(*on_grid(ct, mask, **resampling))
    except ValueError as error:
        raise PatientProblem(f"The femur has no features: {error}. {REMEDY}") from error
    return _finite({name: float(values[name]) for name in sorted(values)})


def on_grid(ct, mask, *, spacing_mm, interpolator, padding_voxels, margin_voxels):
    """Scan and mask around the mask, on the grid on which pyradiomics measures.

    pyradiomics resamples with a spline of the whole scan. Here the scan is cropped first, with so
    wide a margin that no value changes, in half the time. The mask goes in whole, because the
    grid starts at its first voxel: a cropped mask would shift the grid by a part of a voxel, and
    that changes a third of the features by more than 1 %.

    Parameters
    ----------
    ct : SimpleITK.Image
        Hounsfield units. Fractions are rounded to whole HU, as scanners store them, so that a
        scan gives the same values from DICOM and from a file of floats.
    mask : SimpleITK.Image
        1 inside, 0 outside, on the grid of `ct`; not empty.
    spacing_mm : list of float, (x, y, z)
        Of the new grid.
    interpolator : str
        SimpleITK's name, e.g. ``"sitkBSpline"``; the mask takes the nearest voxel.
    padding_voxels : int
        Voxels of the new grid kept around the mask, for the filters.
    margin_voxels : int
        Voxels of the scan kept around those, for the spline.

    Returns
    -------
    ct, mask : SimpleITK.Image
        HU as int16, and 0/1.
    """
    margin_mm = padding_voxels * max(spacing_mm) + margin_voxels * max(ct.GetSpacing())
    near = crop_to(ct, bounding_box(mask, margin_mm=margin_mm))
    if near.GetPixelID() != sitk.sitkInt16:
        near = sitk.Cast(sitk.Round(near), sitk.sitkInt16)
    return imageoperations.resampleImage(
        near,
        mask,
        resampledPixelSpacing=spacing_mm,
        interpolator=interpolator,
        padDistance=padding_voxels,
    )


def extract_batch(patients, *, side, total, settings, code, say):
    """Features of one femur of every patient of a batch, each also in the patient's folder.

    Parameters
    ----------
    patients : DataFrame
        One row per patient with an outline: `patient`, `ct` (path), `outline` (its hash).
    side : {"left", "right"}
        The femur that is studied.
    total : int
        How many features there must be.
    settings : dict
        Keyword arguments of `extract`.
    code : list of str
        Files of the study's own code, whose change makes earlier records stale.
    say : callable
        Prints a line of progress.

    Returns
    -------
    DataFrame
        `patient`, `status`, `reason`, the hash of the patient's ``features.csv``, and the
        features in alphabetical order.

    Raises
    ------
    ValueError
        If the settings do not give `total` features.
    RuntimeError
        If every patient failed for a reason that is not the patient's.
    """
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)  # crops are small: threads cost more
    names = feature_names(settings, total=total)

    def measure(row, folder):
        ct = read_ct(row["ct"])
        values = extract(ct, femur_of(folder / "femur.nii.gz", ct, side=side), **settings)
        write_csv(pd.DataFrame([{"patient": row["patient"], **values}]), folder / "features.csv")
        return values

    records = for_each_patient(
        patients.assign(scan=[sha256(ct) if Path(ct).exists() else "" for ct in patients["ct"]]),
        measure,
        step="features",
        files=["features.csv"],
        key=[side, settings, version("pyradiomics-bhklab"), [sha256(file) for file in code]],
        say=say,
    )
    return records.reindex(columns=["patient", "status", "reason", "features.csv_sha256", *names])


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


def femur_of(path, ct, *, side):
    """One femur of a patient's outline: 1 inside, 0 outside.

    Raises
    ------
    PatientProblem
        If the outline has no femur on that side.
    """
    mask = sitk.Cast(read_mask(path, like=ct) == LABELS[side], sitk.sitkUInt8)
    if not sitk.GetArrayViewFromImage(mask).any():
        raise PatientProblem(f"The outline holds no {side} femur. {REMEDY}")
    return mask


def _refuse_unusable(ct, mask):
    """A sentence for a mask that holds nothing to measure."""
    inside = sitk.GetArrayViewFromImage(ct)[sitk.GetArrayViewFromImage(mask) == 1]
    if inside.size == 0:
        raise PatientProblem(f"The outline of the femur is empty. {REMEDY}")
    if inside.min() == inside.max():
        raise PatientProblem(
            f"The outline holds {inside.size} voxels of one value, {inside.min():g} HU: there is "
            f"no texture to measure. {REMEDY}"
        )


def _finite(values):
    """The values, or a sentence that counts those that are no numbers."""
    if odd := [name for name, value in values.items() if not math.isfinite(value)]:
        raise PatientProblem(
            f"{len(odd)} of {len(values)} features of the femur are not finite, first {odd[0]}: "
            f"the outline may be tiny or nearly flat. {REMEDY}"
        )
    return values
