"""A label map of the femora from the contours of a DICOM RTSTRUCT."""

import numpy as np
import SimpleITK as sitk

from ctio.intake.merging import merge_structures
from ctio.intake.names import describe_choice, match_femur_names
from ctio.intake.planes import contours_of_slices, group_side_by_side
from ctio.intake.polygons import fill_contours
from ctio.issues.issue import RejectedInput

FLAT_VOXELS = 0.25  # how far a contour may leave its plane, in slices


def draw_contours(structures, *, like, names):
    """The femora of a structure set, drawn onto a CT's grid.

    Parameters
    ----------
    structures : pydicom.Dataset
        An RTSTRUCT.
    like : SimpleITK.Image
        The CT, oriented LPS.
    names : dict
        Keywords of `ctio.intake.names.match_femur_names`.

    Returns
    -------
    image : SimpleITK.Image
        uint8: 1 right, 2 left, `ctio.imaging.sides.UNSIDED` where a name has no side.
    issues : list of Issue

    Raises
    ------
    RejectedInput
        If no structure is named a femur, or a contour is open, damaged or across the slices.

    References
    ----------
    DICOM PS3.3 C.8.8.5 (Structure Set) and C.8.8.6 (ROI Contour).
    """
    rois = list(structures.get("StructureSetROISequence") or [])
    labels = roi_names(structures)
    describe_choice(labels, **names)
    sides = match_femur_names(labels, **names)
    drawn = {
        str(roi.get("ReferencedROINumber")): list(roi.get("ContourSequence") or [])
        for roi in structures.get("ROIContourSequence") or []
    }

    def voxels_of(index):
        return _fill_slices(drawn.get(str(rois[index].get("ROINumber")), []), like)

    volume, issues = merge_structures(voxels_of, sides, like.GetSize()[::-1])
    image = sitk.GetImageFromArray(volume)
    image.CopyInformation(like)
    return image, issues


def roi_names(structures):
    """Names of the structures of a set, in their order."""
    return [
        str(roi.get("ROIName") or "") for roi in structures.get("StructureSetROISequence") or []
    ]


def _fill_slices(contours, like):
    """Voxels inside the contours of one structure; shape (z, y, x)."""
    filled = np.zeros(like.GetSize()[::-1], dtype=bool)
    corners = [_to_indices(contour, like) for contour in contours]
    if any(np.ptp(points[:, 2]) > 2 * FLAT_VOXELS for points in corners):
        raise RejectedInput("contours unusable", "A contour runs across the slices of the CT.")
    exclusive = any(c.get("ContourGeometricType") == "CLOSEDPLANAR_XOR" for c in contours)
    for group in group_side_by_side(corners):
        heights = np.array([points[:, 2].mean() for points in group])
        for number, chosen in contours_of_slices(heights, len(filled)):
            polygons = [group[index][:, :2] for index in chosen]
            filled[number] |= fill_contours(polygons, filled.shape[1:], exclusive=exclusive)
    return filled


def _to_indices(contour, like):
    """Corners of a contour in voxels of the CT; shape (n, 3), (x, y, z)."""
    if contour.get("ContourGeometricType") not in ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR"):
        raise RejectedInput("contours unusable", "A contour is not a closed one in a plane.")
    try:
        points = np.array(contour.get("ContourData"), dtype=float).reshape(-1, 3)
    except (TypeError, ValueError):
        points = np.empty((0, 3))
    if len(points) < 3 or not np.isfinite(points).all():
        raise RejectedInput("contours unusable", "A contour has fewer than three whole corners.")
    axes = np.array(like.GetDirection()).reshape(3, 3) * np.array(like.GetSpacing())
    return np.linalg.solve(axes, (points - np.array(like.GetOrigin())).T).T
