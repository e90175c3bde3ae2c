"""The image gate: every patient's CT and outlines read, checked, and kept as the study's own."""

from functools import partial

from ctio.image_qc import masks
from ctio.image_qc.scan import facts_of, passed_ct
from ctio.imaging.writing import write_image
from ctio.intake.outlines import read_outline
from ctio.intake.sources import existing
from ctio.issues.checks import NOTE
from ctio.issues.issues import CHECKS, Refusal
from osteoct.batches import for_each_patient
from osteoct.results import sha256, write_json

RECORD = "gate.json"
OUTLINES = ("mask", "mask_reader2")
ASKED = ["patient", "sex", "age", "exam_date", "ct", *OUTLINES]


def check_patients(rows, *, settings, keep_copies, code, say):
    """Check the images of every patient of a batch; a refused one is recorded, the others go on.

    Parameters
    ----------
    rows : DataFrame
        Rows of participants.tsv.
    settings : dict
        The section `image` of the configuration.
    keep_copies : bool
        Whether CT and outlines are kept as ct.nii.gz, mask.nii.gz and mask_reader2.nii.gz in the
        patient's folder, without any name or identifier: later steps then read nothing else.
    code : list of str
        Files of the study's modules: when one changes, every patient is checked again.
    say : callable
        Prints one line of progress.

    Returns
    -------
    DataFrame
        For each patient `patient`, `status` (done or failed), `reason`, the `ct` and outlines
        that later steps read, `ct_sha256`, what `facts_of` measures, and `notes`: the findings
        that do not rule the CT out.
    """
    rows = rows.reindex(columns=ASKED).astype(object)
    rows = rows.where(rows.notna(), None)
    for name in ("ct", *OUTLINES):
        rows[f"{name}_source_sha256"] = [_hash(path) for path in rows[name]]
    measure = partial(_check_patient, settings=settings, keep_copies=keep_copies)
    key = [settings, keep_copies, [sha256(file) for file in code]]
    files = [RECORD]
    if keep_copies:
        files += [f"{name}.nii.gz" for name in ("ct", *OUTLINES)]
    return for_each_patient(rows, measure, step="images", files=files, key=key, say=say)


def _check_patient(row, folder, *, settings, keep_copies):
    """One patient's values; the record is written also where the CT is refused."""
    record = {"findings": [], "series": []}
    try:
        values = _read_and_check(row, folder, settings, keep_copies, record)
    except Refusal as refusal:
        record["findings"].append(("ct", refusal.finding))
        record["series"] = record["series"] or refusal.series
        raise
    finally:
        record["findings"] = [_written(*pair) for pair in record["findings"]]
        write_json(record, folder / RECORD)
    values["notes"] = " ".join(
        item["sentence"] for item in record["findings"] if item["level"] != NOTE
    )
    return values


def _read_and_check(row, folder, settings, keep_copies, record):
    source = passed_ct(row, settings, record)
    values = {name: row[name] for name in ("ct", *OUTLINES)}
    if keep_copies:
        values["ct"] = _kept(source.image, folder, "ct")
    values["ct_sha256"] = sha256(values["ct"])
    for name in OUTLINES:
        if row[name]:
            found, mask = _check_outline(row[name], source, settings)
            record["findings"] += [(name, finding) for finding in found]
            if keep_copies:
                values[name] = str(folder / f"{name}.nii.gz")
            if keep_copies and mask is not None:
                _kept(mask, folder, name)
    return {**values, **facts_of(source.image)}


def _check_outline(path, source, settings):
    """Findings about an outline, and the outline on the CT's grid, or None."""
    rules = settings["mask"]
    try:
        mask, found = read_outline(
            path,
            ct=source.image,
            frame_of_reference=source.frame_of_reference,
            names=rules["names"],
            voxels_at_most=settings["reading"]["voxels_at_most"],
        )
    except Refusal as refusal:
        return [refusal.finding], None
    return found + masks.look_at_mask(mask, source.image, **rules["plausible"]), mask


def _kept(image, folder, name):
    path = folder / f"{name}.nii.gz"
    write_image(image, path)
    return str(path)


def _written(what, finding):
    check = CHECKS[finding.check]
    return {
        "image": what,
        "check": finding.check,
        "level": check.level,
        "found": finding.found,
        "remedy": check.remedy,
        "sentence": str(finding),
    }


def _hash(path):
    return sha256(path) if path and existing(path) else ""
