"""Grids of images: resampled, cropped, compared."""

import numpy as np
import SimpleITK as sitk

INTERPOLATORS = {
    "nearest": sitk.sitkNearestNeighbor,
    "linear": sitk.sitkLinear,
    "bspline": sitk.sitkBSpline,
}
SAME_GRID_MM = 1e-2  # NIfTI keeps its geometry in single precision


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
