"""Segmentations of a batch of patients, each checked before anything is measured in it."""

from functools import partial
from pathlib import Path

from ctio import read_ct, read_mask
from osteoct.batches import for_each_patient
from osteoct.images import write_image
from osteoct.problems import PatientProblem
from osteoct.results import sha256
from osteoct.segmentation.cascade import from_mask, segment
from osteoct.segmentation.qc import FAIL, check_femora

FILES = ["femur.nii.gz", "coarse.nii.gz"]
REMEDY = (
    "Look at the mask on the patient's page; check that the CT covers the hip, is in Hounsfield "
    "units and not mirrored, or study the other side (femur.side)."
)


def patients_to_segment(cohort, images):
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


def patients_to_import(cohort, images):
    """The same patients with the masks of theirs that were made elsewhere.

    Returns
    -------
    DataFrame
        As from `patients_to_segment`, with `automatic_mask` (path, empty where there is none) and
        `automatic_mask_sha256`.
    """
    paths = images.reindex(columns=["patient", "automatic_mask"]).fillna("")
    rows = patients_to_segment(cohort, images).merge(paths, on="patient")
    is_file = [Path(path).is_file() for path in rows["automatic_mask"]]
    hashes = [
        sha256(path) if there else ""
        for path, there in zip(rows["automatic_mask"], is_file, strict=True)
    ]
    return rows.assign(automatic_mask_sha256=hashes)


def by_networks(networks):
    """A segmenter for `segment_patients`: both networks on the CT."""
    return lambda ct, row: segment(ct, networks)


def from_files(ct, row):
    """A segmenter for `segment_patients`: the mask that the participants table names."""
    if not row["automatic_mask"]:
        raise PatientProblem(
            "The participants table names no automatic mask. Fill the column automatic_mask."
        )
    return from_mask(read_mask(row["automatic_mask"], like=ct, sided=True), ct)


def segment_patients(rows, segmenter, *, studied_side, qc, key):
    """Segment and check the femora of every patient; see `osteoct.batches.for_each_patient`.

    Parameters
    ----------
    rows : DataFrame
        As `patients_to_segment` or `patients_to_import` gives them.
    segmenter : callable
        ``segmenter(ct, row) -> Segmentation``: `from_files`, or what `by_networks` returns.
    studied_side : {"left", "right"}
        A patient whose femur on this side has failed has failed.
    qc : dict
        Keywords of `osteoct.segmentation.qc.check_femora`: ranges that differ.
    key : object
        What the masks depend on besides the row: weights and code.

    Returns
    -------
    DataFrame
        One row per patient with what `check_femora` gives for each side, its name in front
        (`left_qc`, `left_qc_reasons`, `left_cm3` ...), also of patients who failed.
    """
    measure = partial(_segment_patient, segmenter=segmenter, studied_side=studied_side, qc=qc)
    return for_each_patient(
        rows,
        measure,
        step="femurs",
        files=FILES,
        key=[studied_side, qc, key],
    )


def _segment_patient(row, folder, *, segmenter, studied_side, qc):
    ct = read_ct(row["ct"])
    segmentation = segmenter(ct, row)
    for image, name in zip(segmentation[:2], FILES, strict=True):
        if image is not None:
            write_image(image, folder / name)
    femora = check_femora(ct, segmentation, **qc)
    values = {f"{side}_{name}": v for side, of in femora.items() for name, v in of.items()}
    if femora[studied_side]["qc"] == FAIL:
        reason = f"The {studied_side} femur failed. {femora[studied_side]['qc_reasons']} {REMEDY}"
        raise PatientProblem(reason, found=values)
    return values
