"""From one CT to outline and verdict."""

from time import monotonic

from ctio.image_qc.scan import facts_of, passed_ct
from ctio.imaging.images import as_stored
from ctio.imaging.writing import FAST, write_image
from ctio.issues.checks import NOTE
from osteoct.results import write_json
from osteoct.segmentation.cascade import outline
from osteoct.verdict.femora import judge_femora
from osteoct.verdict.judgement import VERDICTS

NO_CLASS = (
    "No class (normal, osteopenia, osteoporosis) is given: the classifier was trained on digital "
    "phantoms and must not speak about patients."
)


def outline_ct(path, networks, out, *, settings, say):
    """Read a CT, outline its femora, and write them on the CT's own grid.

    Parameters
    ----------
    path : Path
        Image file, or folder or zip archive of DICOM slices.
    networks : dict of str to osteoct.segmentation.networks.Network
    out : Path
        Folder; gets ``femur.nii.gz``: 1 right femur, 2 left.
    settings : dict
        The study's configuration.
    say : callable
        Prints one line of progress.

    Returns
    -------
    ct : SimpleITK.Image
        Oriented LPS.
    facts : dict
        What the image gate measured.
    outlines : osteoct.segmentation.cascade.Outlines

    Raises
    ------
    osteoct.problems.PatientProblem
        If the CT cannot be used.
    """
    started = monotonic()
    gate = {"findings": []}
    ct = passed_ct({"ct": path}, settings["image"], gate).image
    remarks = [str(finding) for _, finding in gate["findings"] if finding.level != NOTE]
    facts = {**facts_of(ct), "notes": " ".join(remarks)}
    say(f"CT read: {facts['size']} voxels of {facts['spacing_mm']} mm")
    outlines = outline(ct, networks, **settings["segmentation"]["outline"])
    write_image(as_stored(outlines.fine, ct), out / "femur.nii.gz", level=FAST)
    say(f"Outline written after {monotonic() - started:.0f} s")
    return ct, facts, outlines


def judged(ct, outlines, *, settings, model, facts, out):
    """Judge both femora and write the verdict.

    Parameters
    ----------
    ct, outlines, facts
        From `outline_ct`.
    settings : dict
    model : str
        Hash of the networks.
    out : Path
        Folder; gets ``verdict.json``.

    Returns
    -------
    dict
        `verdict` (the better one of both femora: one usable femur is enough), `femora` (see
        `osteoct.verdict.femora.judge_femora`), `ct`, `model`, `note`.
    """
    femora = judge_femora(ct, outlines, **settings["segmentation"]["verdict"])
    best = min((femur["verdict"] for femur in femora.values()), key=VERDICTS.index)
    found = {"verdict": best, "femora": femora, "ct": facts, "model": model, "note": NO_CLASS}
    write_json(found, out / "verdict.json")
    return found
