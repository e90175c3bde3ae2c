"""Outlines of a batch of patients, each checked before anything is measured in it."""

from functools import partial

import numpy as np
import SimpleITK as sitk

from osteoct.batches import PatientProblem, for_each_patient
from osteoct.imaging.images import read_ct, write_image
from osteoct.imaging.sides import LEFT, RIGHT
from osteoct.segmentation.cascade import outline, volume_cm3

FILES = ["femur.nii.gz", "coarse.nii.gz"]
SIDES = {"right": RIGHT, "left": LEFT}


def to_outline(cohort, images):
    """Patients of a batch who are in the study, or only to be classified, with a usable CT.

    Parameters
    ----------
    cohort : DataFrame
        Cohort table: `patient`, `status`, `ct`.
    images : DataFrame
        Result of the image check of the batch: `patient`, `status`, `ct_sha256`.

    Returns
    -------
    DataFrame
        `patient`, `ct`, `ct_sha256`, in the order of `images`.
    """
    usable = images.loc[images["status"] == "done", ["patient", "ct_sha256"]]
    wanted = cohort.loc[cohort["status"].isin(["included", "unlabelled"]), ["patient", "ct"]]
    return usable.merge(wanted, on="patient", how="inner")[["patient", "ct", "ct_sha256"]]


def outline_patients(rows, networks, *, studied_side, settings, key, say):
    """Outline the femora of every patient; see `osteoct.batches.for_each_patient`.

    Parameters
    ----------
    rows : DataFrame
        As `to_outline` gives them.
    networks : dict of str to osteoct.segmentation.networks.Network
    studied_side : {"left", "right"}
        A patient without this femur has failed.
    settings : dict
        Keywords of `osteoct.segmentation.cascade.outline`.
    key : object
        What the outlines depend on besides the CT: weights and code.
    say : callable

    Returns
    -------
    DataFrame
        One row per patient with `right_cm3`, `left_cm3` (empty: not found), `right_cut` and
        `left_cut` (the outline touches the edge of the image), or the reason of failure.
    """
    measure = partial(
        _outline_patient, networks=networks, studied_side=studied_side, settings=settings
    )
    return for_each_patient(
        rows,
        measure,
        step="femurs",
        files=FILES,
        key=[studied_side, settings, key],
        say=say,
    )


def _outline_patient(row, folder, *, networks, studied_side, settings):
    ct = read_ct(row["ct"])
    fine, coarse = outline(ct, networks, **settings)
    for image, name in zip((fine, coarse), FILES, strict=True):
        write_image(image, folder / name)
    return describe(fine, coarse, studied_side=studied_side)


def describe(fine, coarse, *, studied_side):
    """Volume of each femur, and whether the image cuts it off.

    Raises
    ------
    PatientProblem
        If the studied femur was not found.
    """
    label = SIDES[studied_side]
    if not (sitk.GetArrayViewFromImage(fine) == label).any():
        raise PatientProblem(_absent(studied_side, coarse, label))
    values = {}
    for name, side in SIDES.items():
        mask = sitk.GetArrayViewFromImage(fine) == side
        values[f"{name}_cm3"] = volume_cm3(mask, fine.GetSpacing()) if mask.any() else np.nan
        values[f"{name}_cut"] = touches_edge(mask)
    return values


def touches_edge(mask):
    """Whether a mask (z, y, x) reaches the first or last plane of any axis."""
    ends = [np.take(mask, [0, -1], axis=axis) for axis in range(mask.ndim)]
    return bool(any(end.any() for end in ends))


def _absent(studied_side, coarse, label):
    where = sitk.GetArrayViewFromImage(coarse)
    if (where == label).any():
        found = "was found but its outline has no plausible volume"
    elif where.any():
        found = "was not found; the other one was"
    else:
        found = "was not found"
    return (
        f"The {studied_side} femur {found}. Look at coarse.nii.gz; check that the CT covers the "
        "hip and is not mirrored, or study the other side (femur.side)."
    )
