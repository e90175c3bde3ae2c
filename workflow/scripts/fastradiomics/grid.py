"""An image around a mask on pyradiomics' grid, as images and as arrays."""

import numpy as np
import SimpleITK as sitk
from radiomics import imageoperations

from fastradiomics.problems import UnmeasurableRegion
from fastradiomics.region import box_of
from fastradiomics.splines import interpolate

MARGIN_VOXELS = 16  # of the image around the new grid: no value changes by more than 2e-8 HU


def on_grid(image, mask, *, spacing_mm, interpolator, padding_voxels):
    """Image and mask around the mask, on the grid on which pyradiomics measures.

    pyradiomics resamples with a spline of the whole image. Here the image is cropped first, with so
    wide a margin that no value changes, in half the time. The mask goes in whole, because the
    grid starts at its first voxel: a cropped mask would shift the grid by a part of a voxel, and
    that changes a third of the features by more than 1 %.

    Parameters
    ----------
    image : SimpleITK.Image
        Hounsfield units; see `whole_hu` for fractions.
    mask : SimpleITK.Image
        1 inside, 0 outside, on the grid of `image`; not empty.
    spacing_mm : list of float, (x, y, z)
        Of the new grid.
    interpolator : str
        SimpleITK's name, e.g. ``"sitkBSpline"``; the mask takes the nearest voxel.
    padding_voxels : int
        Voxels of the new grid kept around the mask, for the filters.

    Returns
    -------
    image, mask : SimpleITK.Image
        HU as int16, and 0/1.
    """
    margin_mm = padding_voxels * max(spacing_mm) + MARGIN_VOXELS * max(image.GetSpacing())
    near = crop_to(image, box_around(mask, margin_mm=margin_mm))
    whole = sitk.GetImageFromArray(whole_hu(sitk.GetArrayViewFromImage(near)))
    whole.CopyInformation(near)
    return imageoperations.resampleImage(
        whole,
        mask,
        resampledPixelSpacing=spacing_mm,
        interpolator=interpolator,
        padDistance=padding_voxels,
    )


def arrays_on_grid(image, mask, *, spacing_mm, interpolator, padding_voxels):
    """Image and mask around the mask, on the grid on which pyradiomics measures.

    The values are those of `on_grid`. Where the grid is a plain one, an own spline gives
    them in a fifth of the time; elsewhere `on_grid` itself does. Where new voxels lie exactly on
    old ones along all axes the spline gives whole numbers but for its rounding error, which then
    decides how they are cut: those grids go to `on_grid` too.

    Parameters
    ----------
    image, mask : SimpleITK.Image
        As `on_grid` takes them, like all other arguments.

    Returns
    -------
    values : ndarray of float64, shape (z, y, x)
        Whole HU.
    inside : ndarray of bool, shape (z, y, x)
    spacing_mm : tuple of float, (z, y, x)
    """
    first, size = _grid(mask, np.array(spacing_mm, dtype=float), padding_voxels)
    step = np.array(spacing_mm) / mask.GetSpacing()
    positions = [start + np.arange(n) * by for start, n, by in zip(first, size, step, strict=True)]
    if interpolator != "sitkBSpline" or _is_special(mask, positions):
        images = on_grid(
            image,
            mask,
            spacing_mm=spacing_mm,
            interpolator=interpolator,
            padding_voxels=padding_voxels,
        )
        hu, inside = map(sitk.GetArrayFromImage, images)
        return hu.astype(np.float64), inside == 1, images[0].GetSpacing()[::-1]
    grid = _grid_image(mask, first, size, spacing_mm)
    inside = sitk.Resample(mask, grid, sitk.Transform(), sitk.sitkNearestNeighbor, 0)
    hu = np.trunc(_interpolated(image, positions[::-1]))
    return hu, sitk.GetArrayFromImage(inside) == 1, tuple(spacing_mm[::-1])


def box_around(mask, *, margin_mm):
    """Smallest box around a mask, widened by a margin, clipped to the image; slices (z, y, x)."""
    box = box_of(sitk.GetArrayViewFromImage(mask))
    margins = [int(np.ceil(margin_mm / spacing)) for spacing in mask.GetSpacing()[::-1]]
    return tuple(
        slice(max(0, along.start - margin), min(size, along.stop + margin))
        for along, margin, size in zip(box, margins, mask.GetSize()[::-1], strict=True)
    )


def crop_to(image, box):
    """The part of an image inside a box, slices (z, y, x)."""
    z, y, x = box
    return image[x, y, z]


def whole_hu(voxels):
    """HU as whole numbers, as scanners store them.

    So an image gives the same values from DICOM and from a file of floats.

    Parameters
    ----------
    voxels : ndarray

    Returns
    -------
    ndarray of int16
        Halves are rounded up.

    Raises
    ------
    UnmeasurableRegion
        If a voxel is not a number.
    """
    if voxels.dtype == np.int16:
        return voxels
    if not np.isfinite(voxels).all():
        raise UnmeasurableRegion(
            "The image has voxels that are not numbers near the mask. Export it again."
        )
    return np.floor(voxels + 0.5).astype(np.int16)


def _grid(mask, spacing_mm, padding_voxels):
    """First voxel of pyradiomics' grid, in voxels of the mask, and its size; (x, y, z)."""
    box = box_of(sitk.GetArrayViewFromImage(mask))[::-1]
    low, high = np.array([[along.start, along.stop] for along in box]).T
    ratio = np.array(mask.GetSpacing()) / spacing_mm
    lower = np.maximum(np.floor((low - 0.5) * ratio - padding_voxels), 0)
    last = np.ceil(np.array(mask.GetSize()) * ratio) - 1
    upper = np.minimum(np.ceil((high - 0.5) * ratio + padding_voxels), last)
    return 0.5 * (1 / ratio - 1) + lower / ratio, (upper - lower + 1).astype(int)


def _grid_image(mask, first, size, spacing_mm):
    grid = sitk.Image(size.tolist(), sitk.sitkUInt8)
    grid.SetSpacing([float(spacing) for spacing in spacing_mm])
    grid.SetDirection(mask.GetDirection())
    grid.SetOrigin(mask.TransformContinuousIndexToPhysicalPoint(first.tolist()))
    return grid


def _is_special(mask, positions):
    """Whether new voxels are old ones along all axes, or some of them are outside the image."""
    on_voxels = all(np.any(np.abs(along - np.rint(along)) < 1e-6) for along in positions)
    inside = all(
        along[0] >= 0 and along[-1] <= n - 1
        for along, n in zip(positions, mask.GetSize(), strict=True)
    )
    return on_voxels or not inside


def _interpolated(image, positions):
    """HU at positions along z, y and x, by a spline of the image not far around them."""
    near = []
    for along, n in zip(positions, image.GetSize()[::-1], strict=True):
        start = max(0, int(np.floor(along[0])) - MARGIN_VOXELS)
        near.append(slice(start, min(n, int(np.ceil(along[-1])) + MARGIN_VOXELS + 1)))
    voxels = sitk.GetArrayViewFromImage(image)[tuple(near)]
    starts = [along - part.start for along, part in zip(positions, near, strict=True)]
    return interpolate(whole_hu(voxels), starts)
