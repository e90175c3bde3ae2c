"""Images as the study knows them: one orientation, one grid per patient, or a sentence why not.

Every image is oriented LPS: as an array (z, y, x), z grows towards the head, y towards the
patient's back, x towards the patient's left. A reason never names a file: file and folder names
may carry a patient's identity, and reasons are printed.
"""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ctio.imaging.sides import LEFT, RIGHT, checked_sides, with_sides
from ctio.imaging.volumes import one_volume, read_volume
from ctio.issues.issues import Refusal

INTERPOLATORS = {
    "nearest": sitk.sitkNearestNeighbor,
    "linear": sitk.sitkLinear,
    "bspline": sitk.sitkBSpline,
}
STORED = "stored_orientation"  # key of the orientation that a file or series had
SAME_GRID_MM = 1e-2  # NIfTI keeps its geometry in single precision


def read_ct(path):
    """Read one CT from a NIfTI, NRRD or MHA file.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    SimpleITK.Image
        As from `oriented_ct`.

    Raises
    ------
    PatientProblem
        If there is no image, it cannot be read, or `oriented_ct` refuses it.
    """
    path = Path(path)
    if not path.is_file():
        raise Refusal("no scan", "There is no CT where the participants table says.")
    return oriented_ct(read_volume(path, check="unreadable", what="CT"))


def oriented_ct(image):
    """A CT as the study works on it.

    Parameters
    ----------
    image : SimpleITK.Image
        As a file gave it.

    Returns
    -------
    SimpleITK.Image
        Hounsfield units, int16 or float32, oriented LPS. Of its meta-data only its orientation
        before is kept, for `as_stored`.

    Raises
    ------
    PatientProblem
        If it is not one 3-D volume, or its voxels are all alike or not numbers.
    """
    image = one_volume(image, check="not one volume", what="CT")
    stored = orientation(image)
    image = sitk.DICOMOrient(image, "LPS")
    voxels = sitk.GetArrayViewFromImage(image)
    low, high = float(voxels.min()), float(voxels.max())
    if not np.isfinite([low, high]).all():
        raise Refusal("voxels not numbers", "The CT has voxels that are not numbers.")
    if low == high:
        raise Refusal("one value everywhere", f"Every voxel of the CT is {low:g} HU.")
    whole = np.issubdtype(voxels.dtype, np.integer) and low >= -(2**15) and high < 2**15
    pixel = sitk.sitkInt16 if whole else sitk.sitkFloat32
    if image.GetPixelID() != pixel:
        image = sitk.Cast(image, pixel)
    for key in image.GetMetaDataKeys():
        image.EraseMetaData(key)
    image.SetMetaData(STORED, stored)
    return image


def as_stored(image, ct):
    """An image on a CT's grid, turned to how the CT lies in its own file or series.

    Parameters
    ----------
    image : SimpleITK.Image
        On the grid of `ct`.
    ct : SimpleITK.Image
        From `read_ct`.
    """
    return sitk.DICOMOrient(image, ct.GetMetaData(STORED))


def orientation(image):
    """Three letters for what the axes of an image run towards, e.g. LPS."""
    return sitk.DICOMOrientImageFilter.GetOrientationFromDirectionCosines(image.GetDirection())


def read_mask(path, *, like):
    """Read a label map of the femora onto a CT's own grid: 1 right, 2 left.

    Parameters
    ----------
    path : str or Path
        NIfTI, NRRD or MHA file.
    like : SimpleITK.Image
        The patient's CT, from `read_ct`.

    Returns
    -------
    SimpleITK.Image
        As from `placed_mask`.

    Raises
    ------
    PatientProblem
        If the mask is absent or unreadable, or `placed_mask` refuses it.
    """
    if not Path(path).is_file():
        raise Refusal("no mask", "There is no usable mask file, or the image check refused it.")
    return placed_mask(read_label_file(path), like=like)


def read_label_file(path):
    """Labels of a NIfTI, NRRD or MHA file on their own grid, oriented LPS."""
    labels = read_volume(path, check="mask unreadable", what="mask")
    return sitk.DICOMOrient(one_volume(labels, check="mask not one volume", what="mask"), "LPS")


def placed_mask(mask, *, like):
    """A label map of the femora on a CT's own grid: 1 right, 2 left.

    A mask whose only label is not 2 says no sides: each voxel gets the side on which it lies.

    Parameters
    ----------
    mask, like : SimpleITK.Image
        Labels, and the CT.

    Returns
    -------
    SimpleITK.Image
        uint8 labels 0, 1, 2 on the grid of `like`.

    Raises
    ------
    PatientProblem
        If the mask is empty, beside the CT, has other labels, or has its right femur to the left
        of its left one.
    """
    labels = [float(label) for label in np.unique(sitk.GetArrayViewFromImage(mask)) if label != 0]
    has_sides = labels in ([RIGHT, LEFT], [LEFT])
    if not np.isfinite(labels).all() or (len(labels) > 1 and not has_sides):
        listed = ", ".join(f"{label:g}" for label in labels[:5])
        raise Refusal(
            "unknown labels",
            f"The mask has the labels {listed}; expected 1 (right femur) and 2 (left femur), or "
            "one label for both.",
        )
    mask = _on_grid(sitk.Cast(mask if has_sides else mask != 0, sitk.sitkUInt8), like)
    if not sitk.GetArrayViewFromImage(mask).any():
        raise Refusal("mask empty", "The mask has no voxel inside the CT.")
    return checked_sides(mask) if has_sides else with_sides(mask, like)


def resample(image, *, spacing_mm, interpolator, background):
    """Image on a grid of another spacing that fills the same space, centred in it.

    Parameters
    ----------
    image : SimpleITK.Image
    spacing_mm : sequence of float, (x, y, z)
    interpolator : {"nearest", "linear", "bspline"}
    background : float
        Value outside of `image`.

    Returns
    -------
    SimpleITK.Image
        Pixel type of `image`; each side as long as before, rounded to whole voxels.
    """
    old_size, old_spacing = np.array(image.GetSize()), np.array(image.GetSpacing())
    spacing = np.asarray(spacing_mm, dtype=float)
    size = np.maximum(1, np.round(old_size * old_spacing / spacing)).astype(int)
    centre = image.TransformContinuousIndexToPhysicalPoint(((old_size - 1) / 2).tolist())
    axes = np.array(image.GetDirection()).reshape(3, 3)
    grid = sitk.Image(size.tolist(), sitk.sitkUInt8)
    grid.SetSpacing(spacing.tolist())
    grid.SetDirection(image.GetDirection())
    grid.SetOrigin((np.array(centre) - axes @ ((size - 1) / 2 * spacing)).tolist())
    return resample_like(image, grid, interpolator=interpolator, background=background)


def resample_like(image, reference, *, interpolator, background):
    """Image on the grid of another one; `background` where it has no voxel."""
    return sitk.Resample(
        image, reference, sitk.Transform(), INTERPOLATORS[interpolator], background
    )


def plane_heights_mm(image):
    """The patient's z of every axial plane of an image, in mm, shape (z,)."""
    planes = range(image.GetDepth())
    return np.array([image.TransformIndexToPhysicalPoint((0, 0, plane))[2] for plane in planes])


def crop_to(image, box):
    """The part of an image inside a box: three slices (z, y, x), as `bounding_box` gives."""
    z, y, x = box
    return image[x, y, z]


def bounding_box(mask, *, margin_mm):
    """Smallest box around all labels of a mask, widened by a margin, clipped to the image.

    Parameters
    ----------
    mask : SimpleITK.Image
    margin_mm : float

    Returns
    -------
    tuple of slice, (z, y, x)
        Indexes the array of `mask`; `crop_to` takes it for images.

    Raises
    ------
    ValueError
        If the mask is empty.
    """
    labels = sitk.GetArrayViewFromImage(mask)
    rows = labels.any(axis=2)
    z, y = (np.flatnonzero(rows.any(axis=axis)) for axis in (1, 0))
    if not z.size:
        raise ValueError("An empty mask has no bounding box.")
    x = np.flatnonzero(labels[z[0] : z[-1] + 1, y[0] : y[-1] + 1].any(axis=(0, 1)))
    box = []
    for where, size, spacing in zip((z, y, x), labels.shape, mask.GetSpacing()[::-1], strict=True):
        margin = int(np.ceil(margin_mm / spacing))
        first, last = int(where[0]) - margin, int(where[-1]) + margin + 1
        box.append(slice(max(0, first), min(size, last)))
    return tuple(box)


def same_grid(one, other):
    """Whether two images have their voxels at the same places."""
    size = np.array(other.GetSize()) - 1
    corners = [(size * corner).tolist() for corner in np.ndindex(2, 2, 2)]
    here = [one.TransformContinuousIndexToPhysicalPoint(corner) for corner in corners]
    there = [other.TransformContinuousIndexToPhysicalPoint(corner) for corner in corners]
    alike = np.allclose(here, there, rtol=0, atol=SAME_GRID_MM)
    return one.GetSize() == other.GetSize() and alike


def _on_grid(mask, like):
    """Mask on the grid of a CT, nearest voxels; untouched where it is there already."""
    if same_grid(mask, like):
        mask.CopyInformation(like)
        return mask
    return resample_like(mask, like, interpolator="nearest", background=0)
