"""A label map of the femora from the contours of a DICOM RTSTRUCT."""

import numpy as np
import SimpleITK as sitk

from ctio.intake.names import match_femur_names
from ctio.intake.polygons import fill_polygon
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
    SimpleITK.Image
        uint8: 1 right and 2 left, or 1 for all if no name has a side.

    Raises
    ------
    RejectedInput
        If no structure is named a femur, or a contour is open, damaged or across the slices.

    References
    ----------
    DICOM PS3.3 C.8.8.5 (Structure Set) and C.8.8.6 (ROI Contour).
    """
    rois = list(structures.get("StructureSetROISequence") or [])
    sides = match_femur_names([str(roi.get("ROIName") or "") for roi in rois], **names)
    if not sides:
        raise RejectedInput(
            "no femur named", f"None of {len(rois)} structures of the set is named a femur."
        )
    drawn = {
        str(roi.get("ReferencedROINumber")): list(roi.get("ContourSequence") or [])
        for roi in structures.get("ROIContourSequence") or []
    }
    volume = np.zeros(like.GetSize()[::-1], dtype=np.uint8)
    for index, side in sorted(sides.items()):
        contours = drawn.get(str(rois[index].get("ROINumber")), [])
        volume[_fill_slices(contours, like)] = side or 1
    labels = sitk.GetImageFromArray(volume)
    labels.CopyInformation(like)
    return labels


def _fill_slices(contours, like):
    """Voxels inside the contours of one structure; shape (z, y, x).

    A slice takes the contours of the plane nearest to it, if it is within half a plane's
    distance. Contours of one plane that lie inside each other are holes.
    """
    planes = {}
    for contour in contours:
        points = _to_indices(contour, like)
        z = points[:, 2]
        if np.ptp(z) > 2 * FLAT_VOXELS:
            raise RejectedInput("contours unusable", "A contour runs across the slices of the CT.")
        planes.setdefault(round(float(z.mean()), 1), []).append(points[:, :2])
    filled = np.zeros(like.GetSize()[::-1], dtype=bool)
    if not planes:
        return filled
    heights = np.array(sorted(planes))
    reach = max(1.0, float(np.median(np.diff(heights)))) / 2 if len(heights) > 1 else 0.5
    for number in range(len(filled)):
        nearest = heights[np.argmin(abs(heights - number))]
        if abs(nearest - number) <= reach:
            for polygon in planes[float(nearest)]:
                filled[number] ^= fill_polygon(polygon, filled.shape[1:])
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
