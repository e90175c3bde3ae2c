"""A label map of the femora from a DICOM segmentation."""

import warnings

import highdicom as hd
import numpy as np
import pydicom
import SimpleITK as sitk

from ctio.intake.merging import merge_structures
from ctio.intake.names import describe_choice, match_femur_names
from ctio.issues.issue import RejectedInput


def read_dicom_seg(path, *, names, max_voxels):
    """The femora of a DICOM SEG on its own grid.

    Parameters
    ----------
    path : Path
    names : dict
        Keywords of `ctio.intake.names.match_femur_names`; searched in the segments' labels.
    max_voxels : int

    Returns
    -------
    image : SimpleITK.Image
        uint8: 1 right, 2 left, `ctio.imaging.sides.UNSIDED` where a label names no side.
    issues : list of Issue

    Raises
    ------
    RejectedInput
        If the segmentation cannot be read as one volume, is too large, or names no femur.
    """
    with warnings.catch_warnings(action="ignore"):
        try:
            segmentation = _open(path)
            numbers = list(segmentation.segment_numbers)
            labels = [str(segmentation.get_segment_description(n).segment_label) for n in numbers]
            size = segmentation.Rows * segmentation.Columns * int(segmentation.NumberOfFrames)
        except Exception:  # a damaged file can raise anything
            raise RejectedInput("mask unreadable", "The DICOM segmentation is damaged.") from None
        sides = match_femur_names(labels, **names)
        describe_choice(labels, called="segments", **names)
        if size > max_voxels:
            raise RejectedInput("mask unreadable", f"The DICOM segmentation has {size} voxels.")
        return _read_volume(segmentation, numbers, sides, max_voxels)


def _read_volume(segmentation, numbers, sides, max_voxels):
    """Label map of some segments by their index in `numbers`, and issues."""
    wanted = list(sides)
    try:
        geometry = segmentation.get_volume_geometry(allow_missing_positions=True)
        if geometry is None or np.prod(geometry.spatial_shape) > max_voxels:
            raise ValueError
        volume = segmentation.get_volume(
            segment_numbers=[numbers[index] for index in wanted],
            allow_missing_positions=True,
            rescale_fractional=True,
        )
    except Exception:  # a damaged file can raise anything
        raise RejectedInput(
            "mask not one volume", "The DICOM segmentation is no volume of even slices."
        ) from None
    array, issues = merge_structures(
        lambda index: volume.array[..., wanted.index(index)] >= 0.5, sides, volume.spatial_shape
    )
    return _to_image(array, volume.affine), issues


def _open(path):
    """The segmentation, without a distance of slices that their positions belie."""
    segmentation = hd.seg.segread(path)
    if segmentation.get_volume_geometry(allow_missing_positions=True) is not None:
        return segmentation
    dataset = pydicom.dcmread(path)
    shared = dataset.get("SharedFunctionalGroupsSequence") or []
    for item in (one for group in shared for one in group.get("PixelMeasuresSequence") or []):
        if "SpacingBetweenSlices" in item:
            del item.SpacingBetweenSlices
    return hd.seg.Segmentation.from_dataset(dataset, copy=False)


def _to_image(array, affine):
    """Image of an array whose axes are the columns of an affine in DICOM's coordinates."""
    steps = np.linalg.norm(affine[:3, :3], axis=0)
    image = sitk.GetImageFromArray(np.ascontiguousarray(array.transpose(2, 1, 0)))
    image.SetSpacing(steps.tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    image.SetDirection((affine[:3, :3] / steps).ravel().tolist())
    return sitk.DICOMOrient(image, "LPS")
