"""Labels of a DICOM SEG or RTSTRUCT."""

from ctio.intake.dicom_seg import read_dicom_seg
from ctio.intake.headers import read_header
from ctio.intake.names import describe_choice
from ctio.intake.rtstruct import draw_contours, roi_names
from ctio.issues.issue import RejectedInput


def read_drawn(path, *, ct, names, max_voxels):
    """Labels of a DICOM segmentation, its frame of reference, and what was taken of it.

    Parameters
    ----------
    path : Path
    ct : SimpleITK.Image
        Whose grid the contours of an RTSTRUCT are drawn onto.
    names : dict
        Keywords of `ctio.intake.names.match_femur_names`.
    max_voxels : int

    Returns
    -------
    labels : SimpleITK.Image
    frame_of_reference : str
        Empty if unknown.
    issues : list of Issue
        Which structures were taken, merged and left out.

    Raises
    ------
    RejectedInput
        If it is neither, or cannot be used.
    """
    header = read_header(path)
    modality = header.get("Modality") if header is not None else None
    if modality == "RTSTRUCT":
        drawn, issues = draw_contours(header, like=ct, names=names)
        sets = header.get("ReferencedFrameOfReferenceSequence") or []
        frames = {str(item.get("FrameOfReferenceUID") or "") for item in sets}
        frames |= {
            str(roi.get("ReferencedFrameOfReferenceUID") or "")
            for roi in header.get("StructureSetROISequence") or []
        }
        frame = frames.pop() if len(frames) == 1 else ""
        return drawn, frame, [describe_choice(roi_names(header), **names), *issues]
    if modality == "SEG":
        drawn, issues = read_dicom_seg(path, names=names, max_voxels=max_voxels)
        segments = header.get("SegmentSequence") or []
        labels = [str(segment.get("SegmentLabel") or "") for segment in segments]
        frame = str(header.get("FrameOfReferenceUID") or "")
        return drawn, frame, [describe_choice(labels, called="segments", **names), *issues]
    raise RejectedInput(
        "mask unreadable", "The segmentation is no NIfTI, NRRD, MHA, DICOM SEG or RTSTRUCT file."
    )
