"""A reader's outline of the femora from whatever it was drawn with."""

import warnings
from pathlib import Path

from ctio.image_qc.masks import reaches_beyond
from ctio.imaging.images import placed_mask, read_label_file, same_grid
from ctio.intake.contours import labels_from_contours
from ctio.intake.files import ENDINGS, refuse_untrusted
from ctio.intake.headers import read_header
from ctio.intake.segments import labels_from_segments
from ctio.issues.issues import Finding, Refusal
from osteoct.problems import PatientProblem


def read_outline(path, *, ct, frame_of_reference, names, voxels_at_most):
    """One reader's outline on the grid of the patient's CT.

    Parameters
    ----------
    path : str or Path
        NIfTI, NRRD or MHA label map, DICOM SEG or RTSTRUCT.
    ct : SimpleITK.Image
    frame_of_reference : str
        Of the CT, to be compared with a DICOM outline's; empty if unknown.
    names : dict
        Keywords of `ctio.intake.names.sides_by_name`.
    voxels_at_most : int

    Returns
    -------
    labels : SimpleITK.Image
        uint8, 1 right femur, 2 left femur.
    findings : list of Finding

    Raises
    ------
    PatientProblem
        If the outline cannot be used.
    """
    path = Path(path)
    if not path.is_file():
        raise Refusal("no mask", "There is no outline where the participants table says.")
    if str(path).endswith(ENDINGS):
        try:
            refuse_untrusted(path, voxels_at_most=voxels_at_most)
        except Refusal as refusal:
            raise Refusal("mask unreadable", refusal.finding.found) from None
        drawn, frame = read_label_file(path), ""
    else:
        try:
            with warnings.catch_warnings(action="ignore"):
                drawn, frame = _from_dicom(path, ct, names, voxels_at_most)
        except PatientProblem:
            raise
        except Exception:  # a damaged attribute can raise anything
            raise Refusal("mask unreadable", "The DICOM outline is damaged.") from None
    findings = []
    if frame and frame_of_reference and frame != frame_of_reference:
        findings.append(
            Finding(
                "mask of another scan",
                "The outline was drawn in another frame of reference than the CT's.",
            )
        )
    if not same_grid(drawn, ct):
        findings.append(Finding("another grid", "The outline is on another grid than the CT."))
    placed = placed_mask(drawn, like=ct)
    return placed, findings + reaches_beyond(drawn, placed)


def _from_dicom(path, ct, names, voxels_at_most):
    """Labels and frame of reference of a DICOM outline."""
    header = read_header(path)
    modality = header.get("Modality") if header is not None else None
    if modality == "RTSTRUCT":
        drawn = labels_from_contours(header, like=ct, names=names)
        sets = header.get("ReferencedFrameOfReferenceSequence") or []
        frames = {str(item.get("FrameOfReferenceUID") or "") for item in sets}
        frames |= {
            str(roi.get("ReferencedFrameOfReferenceUID") or "")
            for roi in header.get("StructureSetROISequence") or []
        }
        return drawn, frames.pop() if len(frames) == 1 else ""
    if modality == "SEG":
        drawn = labels_from_segments(path, names=names, voxels_at_most=voxels_at_most)
        return drawn, str(header.get("FrameOfReferenceUID") or "")
    raise Refusal(
        "mask unreadable", "The outline is no NIfTI, NRRD, MHA, DICOM SEG or RTSTRUCT file."
    )
