"""Outlines of a batch of patients, each judged before anything is measured in it."""

from functools import partial

from ctio.imaging.images import read_ct
from ctio.imaging.writing import write_image
from osteoct.batches import for_each_patient
from osteoct.problems import PatientProblem
from osteoct.segmentation.cascade import outline
from osteoct.verdict.femora import judge_femora
from osteoct.verdict.judgement import FAILED

FILES = ["femur.nii.gz", "coarse.nii.gz"]
REMEDY = (
    "Look at the outline on the patient's page; check that the CT covers the hip, is in Hounsfield "
    "units and not mirrored, or study the other side (femur.side)."
)


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
    """Outline and judge the femora of every patient; see `osteoct.batches.for_each_patient`.

    Parameters
    ----------
    rows : DataFrame
        As `to_outline` gives them.
    networks : dict of str to osteoct.segmentation.networks.Network
    studied_side : {"left", "right"}
        A patient whose femur on this side has failed has failed.
    settings : dict
        `outline`, the keywords of `osteoct.segmentation.cascade.outline`, and `verdict`, those of
        `osteoct.verdict.femora.judge_femora`.
    key : object
        What the outlines depend on besides the CT: weights and code.
    say : callable

    Returns
    -------
    DataFrame
        One row per patient with what `judge_femora` says of each side, its name in front
        (`left_verdict`, `left_reasons`, `left_cm3` ...), also of patients who failed.
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
    outlines = outline(ct, networks, **settings["outline"])
    for image, name in zip(outlines[:2], FILES, strict=True):
        write_image(image, folder / name)
    femora = judge_femora(ct, outlines, **settings["verdict"])
    values = {f"{side}_{name}": v for side, of in femora.items() for name, v in of.items()}
    if femora[studied_side]["verdict"] == FAILED:
        reason = f"The {studied_side} femur failed. {femora[studied_side]['reasons']} {REMEDY}"
        raise PatientProblem(reason, found=values)
    return values
