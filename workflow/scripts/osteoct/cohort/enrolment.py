"""Included, excluded and unlabelled patients, with reasons."""

import logging

import pandas as pd

from osteoct.cohort.diagnosis import CLASSES, deciding_t_scores, diagnose, half_measured
from osteoct.cohort.splits import SPLITS, split
from osteoct.storage import StudyProblem

EXCLUSIONS = (
    "bone metastasis",
    "metastasis outside bone",
    "hip fracture",
    "hip replacement",
    "incomplete CT",
)
UNUSABLE = "unusable CT"
UNDATED = "CT or QCT without a date"
LATE = "CT and QCT too far apart"
NO_SITE = "site not known"
HALF_MEASURED = "no T-score of each region that decides"
LEAVE_OUT = "leave_out"  # cohort: incomplete_qct
LATER = (UNUSABLE, LATE, UNDATED, NO_SITE)
FILES = ["ct", "mask", "mask_reader2"]
COLUMNS = [
    *("patient", "sex", "age", "site", "exam_day", "qct_after_days"),
    *("dlp_mgy_cm", "effective_dose_msv"),
    *(*FILES, "status", "reason", "t_score", "region", "diagnosis", "split"),
]

logger = logging.getLogger(__name__)


def select_study(participants, measurements, images, *, cohort, diagnosis, splitting):
    """Decide about every screened patient of the study: included, excluded or unlabelled.

    The first reason that holds counts: the participants table's own, then a CT that image
    QC rejects, then a QCT at the wrong time; where sites are split, then a site that is not
    known. Who is left without a T-score in the deciding regions is unlabelled: not excluded, but
    screened by the model. The rest is included, diagnosed and split.

    Parameters
    ----------
    participants : DataFrame
        Rows of participants.tsv.
    measurements : DataFrame
        Rows of qct.tsv.
    images : DataFrame
        Image QC's rows: patient, status (done or failed), reason, and the files that later
        steps read; a rejected patient has none.
    cohort : dict
        `max_days_to_qct`, `dose_factor_msv_per_mgy_cm`, and `incomplete_qct`: whether a hip of
        which some regions have no T-score is labelled by the others.
    diagnosis : dict
        `side` (left or right, the studied one), `regions`, `osteopenia_below` and
        `osteoporosis_at_or_below`.
    splitting : dict
        Keyword arguments of `osteoct.cohort.splits.split`.

    Returns
    -------
    DataFrame
        One row for each participant, in their order, with the columns `COLUMNS`. No date leaves
        the participants table: `exam_day` counts days since the first CT, and `qct_after_days`
        from a patient's CT to the QCT.

    Raises
    ------
    ValueError
        If a participant was not checked by image QC.
    StudyProblem
        If nobody is included, or the classes are too small to split.
    """
    edges = dict(diagnosis)
    hip = {name: edges.pop(name) for name in ("side", "regions")}
    measurements = measurements.to_dict("records")
    scores = pd.DataFrame.from_dict(
        deciding_t_scores(measurements, **hip), orient="index", columns=["t_score", "region"]
    ).astype({"t_score": float})
    table = _screened(participants, images, cohort["dose_factor_msv_per_mgy_cm"])
    table = table.join(scores, on="patient")
    days = table["qct_after_days"]
    undecided = table["reason"].eq("")
    table.loc[undecided & days.abs().gt(cohort["max_days_to_qct"]), "reason"] = LATE
    table.loc[undecided & table["t_score"].notna() & days.isna(), "reason"] = UNDATED
    if splitting["test_sites"]:
        nowhere = table["reason"].eq("") & table["t_score"].notna() & table["site"].isna()
        table.loc[nowhere, "reason"] = NO_SITE
    table["status"] = table["reason"].ne("").map({True: "excluded", False: "included"})
    no_score = table["status"].eq("included") & table["t_score"].isna()
    table.loc[no_score, "status"] = "unlabelled"
    table.loc[no_score, "reason"] = f"no T-score of the {hip['side']} hip"
    half = table["status"].eq("included")
    half &= table["patient"].isin(half_measured(measurements, **hip))
    _judge_half_measured(table, half, cohort, edges["osteoporosis_at_or_below"])
    _log_identical_scans(images)
    included = table["status"].eq("included")
    if not included.any():
        raise StudyProblem(_no_patient_included(table))
    table.loc[~included, ["t_score", "region"]] = None
    table["diagnosis"] = [
        diagnose(score, **edges) if inside else ""
        for score, inside in zip(table["t_score"], included, strict=True)
    ]
    try:
        table["split"] = split(table[included], **splitting).reindex(table.index)
    except StudyProblem as problem:
        raise StudyProblem(f"{problem}{_left_out(table)}") from None
    return table[COLUMNS]


def select_new(participants, images, *, cohort):
    """Decide about patients who are only to be classified: unlabelled, or excluded.

    Parameters
    ----------
    participants, images, cohort
        As for `select_study`.

    Returns
    -------
    DataFrame
        One row for each participant, with the columns `COLUMNS`; nobody has a diagnosis or is
        part of a split.
    """
    table = _screened(participants, images, cohort["dose_factor_msv_per_mgy_cm"])
    table["status"] = table["reason"].ne("").map({True: "excluded", False: "unlabelled"})
    return table.reindex(columns=COLUMNS)


def flow_counts(study, *, not_segmented):
    """How many patients each step of the study's flow takes out and leaves.

    Parameters
    ----------
    study : DataFrame
        From `select_study`.
    not_segmented : collection of str
        Patients whose studied femur has no usable segmentation, and who are therefore not measured.

    Returns
    -------
    DataFrame
        Columns `step` (screened, excluded, unlabelled, included, training, validation, test),
        `reason` (of exclusion; else empty), `patients`, of these each class, and
        `not_segmented` of them. Reasons are in
        order of precedence, all rejected CTs under one heading; the five of the
        participants table are there even when nobody has them.
    """
    reasons = study["reason"].astype(object).fillna("").str.split(": ").str[0]
    reasons = reasons.where(study["status"].eq("excluded"), "")
    shown = [*EXCLUSIONS, *(r for r in LATER if reasons.eq(r).any())]
    steps = [("screened", "", study)]
    steps += [("excluded", reason, study[reasons.eq(reason)]) for reason in shown]
    steps += [(name, "", study[study["status"].eq(name)]) for name in ("unlabelled", "included")]
    steps += [(name, "", study[study["split"].eq(name)]) for name in SPLITS]
    rows = [
        {"step": step, "reason": reason, "patients": len(patients)}
        | {name: int(patients["diagnosis"].eq(name).sum()) for name in CLASSES}
        | {"not_segmented": int(patients["patient"].isin(not_segmented).sum())}
        for step, reason, patients in steps
    ]
    return pd.DataFrame(rows)


def identical_scans(images):
    """Groups of patients whose CTs are the same, voxel for voxel.

    Parameters
    ----------
    images : DataFrame
        `patient` and `ct_sha256`, from image QC.

    Returns
    -------
    list of list of str
    """
    known = images.reindex(columns=["patient", "ct_sha256"]).dropna()
    groups = known[known["ct_sha256"].ne("")].groupby("ct_sha256")["patient"]
    return sorted(sorted(names) for _, names in groups if len(names) > 1)


def _judge_half_measured(table, half, cohort, osteoporosis_at_or_below):
    """Say how many labels rest on part of a QCT, and take them away where the settings say so."""
    if cohort["incomplete_qct"] == LEAVE_OUT:
        open_ = half & table["t_score"].gt(osteoporosis_at_or_below)
        table.loc[open_, "status"], table.loc[open_, "reason"] = "unlabelled", HALF_MEASURED
    elif half.any():
        logger.info(
            f"{int(half.sum())} included patients have no T-score of one or more of the regions "
            "that decide: their class rests on the others. cohort: incomplete_qct: leave_out "
            "leaves them without a label."
        )


def _log_identical_scans(images):
    if same := identical_scans(images):
        logger.info(
            f"{sum(map(len, same))} patients have the very CT of another one, voxel for voxel: "
            f"{'; '.join(map(', '.join, same))}. Leave all but one out: one may train and one test."
        )


def _screened(participants, images, dose_factor):
    """Participants with their dose and the first reason against them, empty if there is none."""
    checked = images.set_index("patient")
    if unchecked := sorted(set(participants["patient"]) - set(checked.index)):
        raise ValueError(
            f"Image QC has no row for {unchecked[:5]}; expected one for every patient. "
            "Run check_images for their batch again."
        )
    table = participants.copy()
    checked = checked.loc[table["patient"]]
    rejected = (UNUSABLE + ": " + _text(checked["reason"])).where(
        checked["status"].eq("failed"), ""
    )
    own = _text(table["exclusion"])
    table["reason"] = own.where(own.ne(""), rejected.to_numpy())
    table[FILES] = checked.reindex(columns=FILES).to_numpy(dtype=object)
    table["effective_dose_msv"] = table["dlp_mgy_cm"].astype(float) * dose_factor
    exam, qct = (_dates(table[name]) for name in ("exam_date", "qct_date"))
    table["exam_day"] = (exam - exam.min()).dt.days.astype("Int64")
    table["qct_after_days"] = (qct - exam).dt.days.astype("Int64")
    return table


def _text(column):
    return column.astype(object).where(column.notna(), "")


def _dates(column):
    return pd.to_datetime(column, format="%Y-%m-%d")


def _no_patient_included(table):
    """Why nobody is included, as a sentence."""
    return (
        f"None of {len(table)} screened patients is included: {_counted(table)}. Expected labelled "
        "patients of every class: fill in their T-scores, and scan or export again what was "
        "rejected."
    )


def _left_out(table):
    """A sentence on who is not included and why, or nothing."""
    out = table[table["status"].ne("included")]
    return (
        f" Of {len(table)} screened, {len(out)} are left out: {_counted(out)}." if len(out) else ""
    )


def _counted(table):
    """Reasons and how many patients each has."""
    counted = table["reason"].str.split(": ").str[0].value_counts()
    return ", ".join(f"{reason} ({count})" for reason, count in counted.items())
