"""A manual segmentation of the femora, from whatever it was drawn with."""

import warnings
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ctio.imaging.grids import same_grid
from ctio.imaging.masks import place_mask, read_label_file
from ctio.imaging.sides import LEFT, RIGHT
from ctio.intake.files import check_header
from ctio.intake.limits import MAX_VOXELS
from ctio.intake.readable import ending_of, open_volume
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
    drawn, frame, issues = _read(path, ct, names, max_voxels)
    if frame and frame_of_reference and frame != frame_of_reference:
        issues.append(
            Issue(
                "mask of another scan",
                "The segmentation was drawn in another frame of reference than the CT's.",
            )
        )
    if not same_grid(drawn, ct):
        issues.append(Issue("mask on another grid", "The mask is on another grid than the CT."))
    placed = place_mask(drawn, like=ct, sided=_has_named_sides(drawn, issues))
    return placed, issues + _check_coverage(drawn, placed)


def _read(path, ct, names, max_voxels):
    """Labels on their own grid, their frame of reference or an empty text, and issues."""
    if ending := ending_of(path):
        return _read_label_map(path, ending, max_voxels), "", []
    from ctio.intake.drawn import read_drawn  # a label map needs neither pydicom nor highdicom

    try:
        with warnings.catch_warnings(action="ignore"):
            return read_drawn(path, ct=ct, names=names, max_voxels=max_voxels)
    except RejectedInput:
        raise
    except Exception:  # a damaged attribute can raise anything
        raise RejectedInput("mask unreadable", "The DICOM segmentation is damaged.") from None


def _read_label_map(path, ending, max_voxels):
    """Labels of an image file; what is wrong with its header is said of the mask."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open_volume(path, ending, max_voxels=max_voxels))
            check_header(file, max_voxels=max_voxels)
        except RejectedInput as rejection:
            raise RejectedInput("mask unreadable", rejection.issue.sentence) from None
        return read_label_file(file)


def _has_named_sides(drawn, issues):
    """Whether labels come from names, and one of these has a side."""
    labels = sitk.GetArrayViewFromImage(drawn)
    return bool(issues) and bool(((labels == RIGHT) | (labels == LEFT)).any())


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
