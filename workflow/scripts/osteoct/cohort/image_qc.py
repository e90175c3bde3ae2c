"""Image QC: every patient's CT and masks read, checked, and kept as the study's own."""

import logging
from functools import partial

from ctio import (
    DISCONTINUOUS,
    NOTE,
    OFF_SCALE,
    RejectedInput,
    check_mask,
    describe_ct,
    examine_scan,
    find_path,
    read_segmentation,
)
from osteoct.batches import for_each_patient
from osteoct.images import room_for_archives, write_image
from osteoct.problems import PatientProblem
from osteoct.results import sha256, write_json

logger = logging.getLogger(__name__)

RECORD = "image_issues.json"
MASKS = ("mask", "mask_reader2")
AUTOMATIC = "automatic_mask"  # made elsewhere; a column of few studies
COLUMNS = ["patient", "sex", "age", "exam_date", "ct", *MASKS]
FOR_REVIEW = {*OFF_SCALE, *DISCONTINUOUS}  # warnings that put every number of a CT in doubt
RULES = ("limits", "protocol", "kernels")  # parts of the settings that `examine_scan` takes


def check_patients(rows, *, settings, keep_copies, code):
    """Check the images of every patient of a batch; a rejected one is recorded, the others go on.

    Parameters
    ----------
    rows : DataFrame
        Rows of participants.tsv.
    settings : dict
        The section `image_qc` of the configuration.
    keep_copies : bool
        Whether CT and masks are kept as ct.nii.gz, mask.nii.gz and so on in the patient's folder,
        without any name or identifier: later steps then read nothing else.
    code : list of str
        Files of the study's modules: when one changes, every patient is checked again.

    Returns
    -------
    DataFrame
        For each patient `patient`, `status` (done or failed), `reason`, the `ct` and masks
        that later steps read, `ct_sha256`, what `describe_ct` measures, and `warnings`: the
        issues, notes excepted, that do not reject the CT.
    """
    has_automatic = AUTOMATIC in rows and rows[AUTOMATIC].notna().any()
    masks = (*MASKS, AUTOMATIC) if has_automatic else MASKS
    rows = rows.reindex(columns=[*COLUMNS, *masks[len(MASKS) :]]).astype(object)
    rows = rows.where(rows.notna(), None)
    for name in ("ct", *masks):
        rows[f"{name}_source_sha256"] = [_hash(path) for path in rows[name]]
    measure = partial(_check_patient, masks=masks, settings=settings, keep_copies=keep_copies)
    key = [settings, keep_copies, [sha256(file) for file in code]]
    files = [RECORD]
    if keep_copies:
        files += [f"{name}.nii.gz" for name in ("ct", *masks)]
    return for_each_patient(rows, measure, step="image_qc", files=files, key=key)


def read_accepted_scan(participant, settings, record):
    """One CT that image QC does not reject.

    Parameters
    ----------
    participant : dict
        `ct`, and `sex`, `age` and `exam_date` where they are known.
    settings : dict
        The section `image_qc` of the configuration.
    record : dict
        Its `issues`, pairs of image and `ctio.Issue`, and `series` are added to, also where the
        CT is rejected.

    Returns
    -------
    ctio.intake.scan.Scan

    Raises
    ------
    PatientProblem
        If there is no CT to be read, or an issue rejects it.
    StorageProblem
        If an archive finds no room to be unpacked.
    """
    try:
        with room_for_archives():
            scan = examine_scan(participant, **{rule: settings[rule] for rule in RULES})
    except RejectedInput as rejection:
        record["issues"].append(("ct", rejection.issue))
        record["series"] = rejection.series
        raise PatientProblem(str(rejection)) from rejection
    record["series"] = scan.series
    record["issues"] += [("ct", issue) for issue in scan.issues]
    if scan.rejections:
        raise PatientProblem(" ".join(map(str, scan.rejections)))
    return scan


def _check_patient(row, folder, *, masks, settings, keep_copies):
    """One patient's values; the record is written also where the CT is rejected."""
    record = {"issues": [], "series": []}
    try:
        values = _read_and_check(row, folder, masks, settings, keep_copies, record)
    finally:
        record["issues"] = [_record_of(*pair) for pair in record["issues"]]
        write_json(record, folder / RECORD)
    warnings = [item for item in record["issues"] if item["level"] != NOTE]
    values["warnings"] = " ".join(f"{item['sentence']} {item['remedy']}" for item in warnings)
    for item in warnings:
        if item["for_review"]:
            logger.info(f"image_qc: {row['patient']}, review. {item['sentence']} {item['remedy']}")
    return values


def _read_and_check(row, folder, masks, settings, keep_copies, record):
    scan = read_accepted_scan(row, settings, record)
    values = {name: row[name] for name in ("ct", *masks)}
    if keep_copies:
        values["ct"] = _keep_copy(scan.image, folder, "ct")
    values["ct_sha256"] = sha256(values["ct"])
    for name in masks:
        if row[name]:
            issues, mask = _check_segmentation(row[name], scan, settings["structures"])
            record["issues"] += [(name, issue) for issue in issues]
            if keep_copies:
                values[name] = str(folder / f"{name}.nii.gz")
            if keep_copies and mask is not None:
                _keep_copy(mask, folder, name)
    return {**values, **describe_ct(scan.image)}


def _check_segmentation(path, scan, names):
    """Issues of a manual segmentation, and its mask on the CT's grid, or None."""
    try:
        mask, issues = read_segmentation(
            path, ct=scan.image, names=names, frame_of_reference=scan.frame_of_reference
        )
    except RejectedInput as rejection:
        return [rejection.issue], None
    return issues + check_mask(mask, scan.image), mask


def _keep_copy(image, folder, name):
    path = folder / f"{name}.nii.gz"
    write_image(image, path)
    return str(path)


def _record_of(image, issue):
    return {
        "image": image,
        "issue": issue.name,
        "level": issue.level,
        "sentence": issue.sentence,
        "remedy": issue.remedy,
        "for_review": issue.name in FOR_REVIEW,
    }


def _hash(path):
    found = find_path(path) if path else None
    return sha256(found) if found else ""
