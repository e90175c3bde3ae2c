"""Image processing by the Image Biomarker Standardisation Initiative.

What differs from pyradiomics is before the features: a grid centred on the image, a mask
interpolated linearly and cut at one half, values rounded to whole HU, voxels outside a range left
out, and bins that start at the range's lower end.

Zwanenburg A et al. (2020). The Image Biomarker Standardization Initiative. Radiology 295:328-338.
doi:10.1148/radiol.2020191145
"""

import numpy as np
import SimpleITK as sitk

from fastradiomics.bins import edges_from, fixed_number_edges
from fastradiomics.engine import measure
from fastradiomics.grid import MARGIN_VOXELS, whole_hu
from fastradiomics.region import box_of

HALF = 0.5 - 1e-9  # of a voxel inside, up to rounding error
RANGE_HU = (-1000, 3000)
OUTLIER_SD = 0  # none is left out
BINS = 0  # bins of one width


def measure_resegmented(hu, inside, spacing_mm, *, images, classes, **binning):
    """Features of voxels that are on their grid already, by the standard's masks and bins.

    Parameters
    ----------
    hu : ndarray of float64, shape (z, y, x)
    inside : ndarray of bool, shape (z, y, x)
    spacing_mm : sequence of float, (z, y, x)
    images, classes
        As `settings.check_images_and_classes` takes them.
    **binning
        ``bin_width_hu``, ``range_hu``, ``outlier_sd`` and ``bins``, see `resegmented` and
        `edges`.

    Returns
    -------
    dict of str to float
    """
    range_hu, outlier_sd = binning["range_hu"], binning["outlier_sd"]
    intensity = resegmented(hu, inside, range_hu=range_hu, outlier_sd=outlier_sd)
    masks, width, number = (inside, intensity), binning["bin_width_hu"], binning["bins"]
    values = {}
    for kind, settings in images.items():
        origin = range_hu[0] if kind == "Original" else None

        def edges_of(voxels, origin=origin):
            return edges(voxels, width=width, number=number, origin=origin)

        values |= measure(hu, masks, spacing_mm, edges_of, {kind: settings}, classes)
    return values


def on_centred_grid(image, mask, *, spacing_mm, interpolator, padding_voxels):
    """Image and mask around the mask on a grid that is centred on the image.

    Parameters
    ----------
    image, mask, spacing_mm, interpolator, padding_voxels
        As `grid.on_grid` takes them.

    Returns
    -------
    hu : ndarray of float64, shape (z, y, x)
        Rounded to whole HU.
    inside : ndarray of bool, shape (z, y, x)
        Voxels of which at least half is inside.
    spacing_mm : tuple of float, (z, y, x)
    """
    size, old = np.array(image.GetSize()), np.array(image.GetSpacing())
    new = np.array(spacing_mm, dtype=float)
    first = 0.5 * ((size - 1) * old - (np.ceil(size * old / new) - 1) * new)  # mm from voxel 0
    box = box_of(sitk.GetArrayViewFromImage(mask))[::-1]
    low, high = np.array([[part.start - 1, part.stop] for part in box]).T
    n_all = np.ceil(size * old / new)
    start = np.clip(np.floor((low * old - first) / new) - padding_voxels, 0, n_all - 1)
    stop = np.clip(np.ceil((high * old - first) / new) + padding_voxels + 1, 1, n_all)
    margin = np.ceil(padding_voxels * new / old).astype(int) + MARGIN_VOXELS + 2
    near = [
        slice(max(0, part.start - m), part.stop + m) for part, m in zip(box, margin, strict=True)
    ]
    grid = sitk.Image((stop - start).astype(int).tolist(), sitk.sitkUInt8)
    grid.SetSpacing(new.tolist())
    grid.SetDirection(image.GetDirection())
    grid.SetOrigin(
        image.TransformContinuousIndexToPhysicalPoint(((first + start * new) / old).tolist())
    )
    hu = resampled(whole_image(image[near]), grid, getattr(sitk, interpolator), sitk.Transform())
    inside = sitk.Cast(mask[near], sitk.sitkFloat64)
    inside = resampled(inside, grid, sitk.sitkLinear, sitk.Transform())
    return np.rint(hu), inside >= HALF, tuple(new[::-1].tolist())


def whole_image(image):
    """An image of whole HU, `grid.whole_hu`, as float64."""
    rounded = sitk.GetImageFromArray(whole_hu(sitk.GetArrayViewFromImage(image)).astype(np.float64))
    rounded.CopyInformation(image)
    return rounded


def resampled(image, grid, interpolator, pose):
    """Values on a grid; outside the image those of its edge.

    Parameters
    ----------
    image, grid : SimpleITK.Image
    interpolator : int
        SimpleITK's constant.
    pose : SimpleITK.Transform
        From points of the grid to points of the image.

    Returns
    -------
    ndarray of float64, shape (z, y, x)
    """
    resampler = sitk.ResampleImageFilter()
    resampler.SetReferenceImage(grid)
    resampler.SetTransform(pose)
    resampler.SetInterpolator(interpolator)
    resampler.SetUseNearestNeighborExtrapolator(True)
    resampler.SetOutputPixelType(sitk.sitkFloat64)
    return sitk.GetArrayFromImage(resampler.Execute(image))


def resegmented(hu, inside, *, range_hu, outlier_sd):
    """The mask without voxels outside a range, and then without outliers.

    Parameters
    ----------
    hu : ndarray
    inside : ndarray of bool
    range_hu : (float, float)
        Lowest and highest value kept.
    outlier_sd : float
        Of those, values farther than this many standard deviations from the mean are left out; 0
        keeps them.

    Returns
    -------
    ndarray of bool
    """
    kept = inside & (hu >= range_hu[0]) & (hu <= range_hu[1])
    if outlier_sd and kept.any():
        kept &= np.abs(hu - hu[kept].mean()) <= outlier_sd * hu[kept].std()
    return kept


def edges(voxels, *, width, number, origin):
    """Edges of the grey-level bins.

    Parameters
    ----------
    voxels : ndarray
    width : float
        Of a bin, HU; used where `number` is 0.
    number : int
        Of bins between the lowest and the highest value, or 0.
    origin : float or None
        Where bins of one width start: the lower end of the range; None is the lowest value, for
        filtered images, which are in no HU range.

    Returns
    -------
    ndarray of float64
    """
    if number:
        return fixed_number_edges(voxels, number)
    start = float(voxels.min()) if origin is None else float(origin)
    return edges_from(start, float(voxels.max()), width)
