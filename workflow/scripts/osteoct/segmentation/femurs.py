"""Segmentations of a batch of patients, each checked before anything is measured in it."""

from functools import partial

from ctio import read_ct
from osteoct.batches import for_each_patient
from osteoct.images import write_image
from osteoct.problems import PatientProblem
from osteoct.segmentation.cascade import segment
from osteoct.segmentation.qc import FAIL, check_femora

FILES = ["femur.nii.gz", "coarse.nii.gz"]
REMEDY = (
    "Look at the mask on the patient's page; check that the CT covers the hip, is in Hounsfield "
    "units and not mirrored, or study the other side (femur.side)."
)


def to_segment(cohort, images):
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


def segment_patients(rows, networks, *, studied_side, qc, key):
    """Segment and check the femora of every patient; see `osteoct.batches.for_each_patient`.

    Parameters
    ----------
    rows : DataFrame
        As `to_segment` gives them.
    networks : dict of str to osteoct.segmentation.networks.Network
    studied_side : {"left", "right"}
        A patient whose femur on this side has failed has failed.
    qc : dict
        Keywords of `osteoct.segmentation.qc.check_femora`: ranges that differ.
    key : object
        What the masks depend on besides the CT: weights and code.

    Returns
    -------
    DataFrame
        One row per patient with what `check_femora` gives for each side, its name in front
        (`left_qc`, `left_qc_reasons`, `left_cm3` ...), also of patients who failed.
    """
    measure = partial(_segment_patient, networks=networks, studied_side=studied_side, qc=qc)
    return for_each_patient(
        rows,
        measure,
        step="femurs",
        files=FILES,
        key=[studied_side, qc, key],
    )


def _segment_patient(row, folder, *, networks, studied_side, qc):
    ct = read_ct(row["ct"])
    segmentation = segment(ct, networks)
    for image, name in zip(segmentation[:2], FILES, strict=True):
        write_image(image, folder / name)
    femora = check_femora(ct, segmentation, **qc)
    values = {f"{side}_{name}": v for side, of in femora.items() for name, v in of.items()}
    if femora[studied_side]["qc"] == FAIL:
        reason = f"The {studied_side} femur failed. {femora[studied_side]['qc_reasons']} {REMEDY}"
        raise PatientProblem(reason, found=values)
    return values
