"""A manual segmentation of the femora, from whatever it was drawn with."""

import warnings
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ctio.imaging.grids import same_grid
from ctio.imaging.masks import place_mask, read_label_file
from ctio.intake.files import ENDINGS, check_header
from ctio.intake.limits import MAX_VOXELS
from ctio.issues.issue import Issue, RejectedInput

MAX_FRACTION_OUTSIDE = 0.05  # of the mask's volume that may lie outside the CT without a warning


def read_segmentation(path, *, ct, names, frame_of_reference="", max_voxels=MAX_VOXELS):
    """One reader's segmentation on the grid of the patient's CT.

    Parameters
    ----------
    path : str or Path
        NIfTI, NRRD or MHA label map, DICOM SEG or RTSTRUCT.
    ct : SimpleITK.Image
    names : dict
        Keywords of `ctio.intake.names.match_femur_names`.
    frame_of_reference : str
        Of the CT, to be compared with a DICOM segmentation's; empty if unknown.
    max_voxels : int

    Returns
    -------
    mask : SimpleITK.Image
        uint8, 1 right femur, 2 left femur.
    issues : list of Issue

    Raises
    ------
    RejectedInput
        If the segmentation cannot be used.
    """
    path = Path(path)
    if not path.is_file():
        raise RejectedInput("no mask", "There is no segmentation at the given path.")
    drawn, frame = _read(path, ct, names, max_voxels)
    issues = []
    if frame and frame_of_reference and frame != frame_of_reference:
        issues.append(
            Issue(
                "mask of another scan",
                "The segmentation was drawn in another frame of reference than the CT's.",
            )
        )
    if not same_grid(drawn, ct):
        issues.append(Issue("mask on another grid", "The mask is on another grid than the CT."))
    placed = place_mask(drawn, like=ct)
    return placed, issues + _check_coverage(drawn, placed)


def _read(path, ct, names, max_voxels):
    """Labels on their own grid, and their frame of reference, empty if unknown."""
    if str(path).endswith(ENDINGS):
        try:
            check_header(path, max_voxels=max_voxels)
        except RejectedInput as rejection:
            raise RejectedInput("mask unreadable", rejection.issue.sentence) from None
        return read_label_file(path), ""
    from ctio.intake.drawn import read_drawn  # a label map needs neither pydicom nor highdicom

    try:
        with warnings.catch_warnings(action="ignore"):
            return read_drawn(path, ct=ct, names=names, max_voxels=max_voxels)
    except RejectedInput:
        raise
    except Exception:  # a damaged attribute can raise anything
        raise RejectedInput("mask unreadable", "The DICOM segmentation is damaged.") from None


def _check_coverage(drawn, placed):
    """An issue if some of a mask on its own grid is lost on the CT's."""
    volumes = [
        float((sitk.GetArrayViewFromImage(mask) != 0).sum() * np.prod(mask.GetSpacing()))
        for mask in (drawn, placed)
    ]
    lost = 1 - volumes[1] / volumes[0]
    if lost < MAX_FRACTION_OUTSIDE:
        return []
    return [Issue("mask partly outside", f"{lost:.0%} of the mask lie outside the CT.")]
