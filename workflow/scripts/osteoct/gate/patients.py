"""The image gate: every patient's CT and outlines read, checked, and kept as the study's own."""

from functools import partial

import SimpleITK as sitk

from osteoct.batches import for_each_patient
from osteoct.gate import content, geometry, masks
from osteoct.gate.checks import EXCLUSION, NOTE
from osteoct.gate.findings import CHECKS, Refusal
from osteoct.gate.protocol import look_at_protocol
from osteoct.imaging.writing import write_image
from osteoct.intake.outlines import read_outline
from osteoct.intake.sources import existing, read_source
from osteoct.problems import PatientProblem
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


def check_ct(ct, said, *, settings):
    """Everything that the gate finds in one CT.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS.
    said : dict
        What its files say of the protocol, as in `osteoct.intake.sources.Source`.
    settings : dict
        The section `image` of the configuration.

    Returns
    -------
    list of Finding
    """
    histogram = content.histogram_of(ct)
    return [
        *geometry.beyond_limits(ct, **settings["limits"]),
        *content.no_ct(histogram, **settings["no_ct"]),
        *geometry.look_at_grid(ct, **settings["grid"]),
        *content.look_at_values(histogram, **settings["values"]),
        *content.look_at_sides(ct, **settings["sides"]),
        *look_at_protocol(ct, said, **settings["protocol"], kernels=settings["kernels"]),
    ]


def facts_of(ct):
    """Size, spacing, length and range of a CT, for the patient's page."""
    voxels = sitk.GetArrayViewFromImage(ct)
    return {
        "size": " × ".join(map(str, ct.GetSize())),
        "spacing_mm": " × ".join(f"{step:.4g}" for step in ct.GetSpacing()),
        "length_mm": round(geometry.length_mm(ct), 3),
        "lowest_hu": float(voxels.min()),
        "highest_hu": float(voxels.max()),
    }


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


def passed_ct(row, settings, record):
    """One CT that the gate lets pass.

    Parameters
    ----------
    row : dict
        `ct`, and `sex`, `age` and `exam_date` where they are known.
    settings : dict
        The section `image` of the configuration.
    record : dict
        Its `findings` and `series` are added to, also where the CT is refused.

    Returns
    -------
    osteoct.intake.sources.Source

    Raises
    ------
    PatientProblem
        If there is no CT to be read, or a finding excludes it.
    """
    rules = {
        "slice_spacing_mm": settings["limits"]["slice_spacing_mm"],
        "length_at_least_mm": settings["limits"]["length_at_least_mm"],
        "kernels": settings["kernels"],
    }
    source = read_source(row, reading=settings["reading"], series=rules)
    record["series"] = source.series
    findings = source.findings + check_ct(source.image, source.protocol, settings=settings)
    record["findings"] += [("ct", finding) for finding in findings]
    if refused := [finding for finding in findings if finding.level == EXCLUSION]:
        raise PatientProblem(" ".join(map(str, refused)))
    return source


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
