"""A label map of the femora from a DICOM segmentation, and back."""

import warnings

import highdicom as hd
import numpy as np
import SimpleITK as sitk

from ctio.intake.names import sides_by_name
from ctio.issues.issues import Refusal


def labels_from_segments(path, *, names, voxels_at_most):
    """The femora of a DICOM SEG on its own grid.

    Parameters
    ----------
    path : Path
    names : dict
        Keywords of `ctio.intake.names.sides_by_name`; searched in the segments' labels.
    voxels_at_most : int

    Returns
    -------
    SimpleITK.Image
        uint8: 1 right and 2 left, or 1 for all if no label says a side.

    Raises
    ------
    Refusal
        If the segmentation cannot be read as one volume, is too large, or names no femur.
    """
    with warnings.catch_warnings(action="ignore"):
        try:
            segmentation = hd.seg.segread(path)
            numbers = list(segmentation.segment_numbers)
            labels = [str(segmentation.get_segment_description(n).segment_label) for n in numbers]
            size = segmentation.Rows * segmentation.Columns * int(segmentation.NumberOfFrames)
        except Exception:  # a damaged file can raise anything
            raise Refusal("mask unreadable", "The DICOM segmentation is damaged.") from None
        sides = sides_by_name(labels, **names)
        if not sides:
            raise Refusal("no femur named", f"None of {len(labels)} segments is labelled a femur.")
        if size > voxels_at_most:
            raise Refusal("mask unreadable", f"The DICOM segmentation has {size} voxels.")
        wanted = {numbers[place]: side or 1 for place, side in sides.items()}
        return _volume_of(segmentation, wanted, voxels_at_most)


def _volume_of(segmentation, wanted, voxels_at_most):
    """Label map of some segments: `wanted` is their number to their label."""
    try:
        geometry = segmentation.get_volume_geometry(allow_missing_positions=True)
        if geometry is None or np.prod(geometry.spatial_shape) > voxels_at_most:
            raise ValueError
        volume = segmentation.get_volume(
            segment_numbers=list(wanted), allow_missing_positions=True, rescale_fractional=True
        )
    except Exception:  # a damaged file can raise anything
        raise Refusal(
            "mask not one volume", "The DICOM segmentation is no volume of even slices."
        ) from None
    array = np.zeros(volume.spatial_shape, dtype=np.uint8)
    for place, label in enumerate(wanted.values()):
        array[volume.array[..., place] >= 0.5] = label
    return _image(array, volume.affine)


def _image(array, affine):
    """Image of an array whose axes are the columns of an affine in DICOM's coordinates."""
    steps = np.linalg.norm(affine[:3, :3], axis=0)
    image = sitk.GetImageFromArray(np.ascontiguousarray(array.transpose(2, 1, 0)))
    image.SetSpacing(steps.tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    image.SetDirection((affine[:3, :3] / steps).ravel().tolist())
    return sitk.DICOMOrient(image, "LPS")
