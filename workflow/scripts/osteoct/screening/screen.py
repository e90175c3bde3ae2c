"""One CT, step by step: read, segmented, checked, measured."""

import logging
from pathlib import Path
from time import monotonic

import pandas as pd
import SimpleITK as sitk
import yaml

from ctio import DISCONTINUOUS, FAST, NOTE, OFF_SCALE, SIDES, describe_ct, restore_orientation
from osteoct.cohort.image_qc import read_accepted_scan
from osteoct.images import write_image
from osteoct.problems import PATIENT_PROBLEMS
from osteoct.results import fingerprint, sha256, write_json
from osteoct.segmentation.cascade import segment
from osteoct.segmentation.networks import load_networks
from osteoct.segmentation.qc import FAIL, PASS, REVIEW, STATUSES, check_femora

logger = logging.getLogger(__name__)

MODEL_FILES = ("plans.json", "coarse.safetensors", "fine.safetensors")
DOUBTS = {  # facts of a CT with which no femur passes: of which issues they are, and why not
    "hounsfield_units": (OFF_SCALE, "The Hounsfield units of the CT are off."),
    "continuity": (DISCONTINUOUS, "Slices of the CT do not continue their neighbours."),
}
NO_CLASS = (
    "No class (normal, osteopenia, osteoporosis) is given: the classifier was trained on digital "
    "phantoms and must not be used for patients."
)


class NotReady(Exception):
    """Something that screening needs is not there: what, and how to get it."""


def load_model(folder, *, threads):
    """Both networks from a folder of weights.

    Parameters
    ----------
    folder : Path
        With the files of `MODEL_FILES`.
    threads : int
        How many cores the networks use.

    Returns
    -------
    dict of str to osteoct.segmentation.networks.Network

    Raises
    ------
    NotReady
        If a file is absent.
    """
    if absent := [name for name in MODEL_FILES if not Path(folder, name).is_file()]:
        raise NotReady(
            f"resources/weights lacks {', '.join(absent)}. They come with the project: get them "
            "again from where you got it, or train new ones with make weights."
        )
    weights = {stage: str(Path(folder, f"{stage}.safetensors")) for stage in ("coarse", "fine")}
    return load_networks(str(Path(folder, "plans.json")), weights, threads=threads)


def hash_of_model(folder):
    """Hexadecimal SHA-256 over plans and weights."""
    return fingerprint([sha256(Path(folder, name)) for name in MODEL_FILES])


def read_settings(root):
    """The study's configuration, which screening shares; `root` is the project's folder."""
    return yaml.safe_load(Path(root, "config/config.yaml").read_text(encoding="utf-8"))


def segment_ct(path, networks, out, *, settings):
    """Read a CT, segment its femora, and write them on the CT's own grid.

    Parameters
    ----------
    path : Path
        Image file, or folder or zip archive of DICOM slices.
    networks : dict of str to osteoct.segmentation.networks.Network
    out : Path
        Folder; gets ``femur.nii.gz``: 1 right femur, 2 left.
    settings : dict
        The study's configuration.

    Returns
    -------
    ct : SimpleITK.Image
        Oriented LPS.
    facts : dict
        What image QC measured, the entries of `DOUBTS` that apply, and its other warnings.
    segmentation : osteoct.segmentation.cascade.Segmentation

    Raises
    ------
    osteoct.problems.PatientProblem
        If the CT cannot be used.
    """
    started = monotonic()
    record = {"issues": []}
    ct = read_accepted_scan({"ct": path}, settings["image_qc"], record).image
    facts = {**describe_ct(ct), **_doubts([issue for _, issue in record["issues"]])}
    logger.info(f"CT read: {facts['size']} voxels of {facts['spacing_mm']} mm")
    segmentation = segment(ct, networks)
    write_image(restore_orientation(segmentation.fine, ct), out / "femur.nii.gz", level=FAST)
    logger.info(f"Mask written after {monotonic() - started:.0f} s")
    return ct, facts, segmentation


def _doubts(issues):
    """Sentences of the issues of each of `DOUBTS` that there are, and of the other warnings."""
    issues, facts = [issue for issue in issues if issue.level != NOTE], {}
    for doubt, (names, _) in DOUBTS.items():
        if found := [issue for issue in issues if issue.name in names]:
            facts[doubt] = " ".join(map(str, found))
            issues = [issue for issue in issues if issue not in found]
    return {**facts, "warnings": " ".join(map(str, issues))}


def check_segmentation(ct, segmentation, *, settings, model, facts, out):
    """Check both femora and write the result.

    Parameters
    ----------
    ct, segmentation, facts
        From `segment_ct`.
    settings : dict
        The study's configuration.
    model : str
        Hash of the networks.
    out : Path
        Folder; gets ``qc.json``.

    Returns
    -------
    dict
        `qc` (the better status of both femora: one usable femur is enough), `femora` (see
        `osteoct.segmentation.qc.check_femora`), `ct`, `model`, `note`.
    """
    femora = check_femora(ct, segmentation, **settings["segmentation"]["qc"])
    for doubt in filter(facts.get, DOUBTS):
        _require_review(femora, DOUBTS[doubt][1])
    best = min((femur["qc"] for femur in femora.values()), key=STATUSES.index)
    result = {"qc": best, "femora": femora, "ct": facts, "model": model, "note": NO_CLASS}
    write_json(result, out / "qc.json")
    return result


def _require_review(femora, reason):
    """No femur of a CT in doubt passes: its features rest on Hounsfield units and slices."""
    for femur in femora.values():
        if femur["qc"] == PASS:
            femur |= {"qc": REVIEW, "qc_reasons": reason}


def measure_femora(ct, segmentation, femora, *, features):
    """Features of every femur whose segmentation has not failed.

    Parameters
    ----------
    ct : SimpleITK.Image
    segmentation : osteoct.segmentation.cascade.Segmentation
    femora : dict
        From `osteoct.segmentation.qc.check_femora`.
    features : dict
        That section of the configuration.

    Returns
    -------
    DataFrame
        One row for each femur measured: `side`, `qc` and the features.

    Raises
    ------
    UnknownSetting
        If the configuration asks for features that the engine does not know.
    """
    from osteoct.features.extraction import extract, settings_of  # slow to import

    rows, settings = [], settings_of(features)
    for name in [name for name in SIDES if femora[name]["qc"] != FAIL]:
        logger.info(f"Measuring the {name} femur")
        femur = sitk.Cast(segmentation.fine == SIDES[name], sitk.sitkUInt8)
        try:
            values = extract(ct, femur, **settings)
        except PATIENT_PROBLEMS as problem:
            logger.info(f"The {name} femur was not measured. {problem}")
            continue
        rows.append({"side": name, "qc": femora[name]["qc"], **values})
    return pd.DataFrame(rows, columns=None if rows else ["side", "qc"])
