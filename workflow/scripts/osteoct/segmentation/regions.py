"""The input of both networks: the whole CT at a coarse spacing, one femur at a fine one.

Training and inference call the same functions, so that a network meets in a new patient what it
was trained on. The fine network only ever sees left femora: a right one is mirrored.
"""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ctio import RIGHT, bounding_box, crop_to

IN_PLANE = np.stack([np.zeros((3, 3)), ndimage.generate_binary_structure(2, 1), np.zeros((3, 3))])


def at_spacing(image, *, spacing_mm, order):
    """Image at an isotropic spacing: whole voxels averaged as far as they fit, then interpolated.

    The average keeps a coarse image from picking single noisy voxels out of a fine one; it does
    nothing where voxels are larger than half the spacing. Of whole HU it is rounded to whole HU,
    so that no copy of a large CT in floating point is needed. B-splines are interpolated as
    products with one matrix per axis, which gives what SimpleITK gives in a tenth of the time.

    Parameters
    ----------
    image : SimpleITK.Image
    spacing_mm : float
    order : {1, 3}
        Linear or cubic B-splines.

    Returns
    -------
    SimpleITK.Image
        float32; fills the same space, rounded to whole voxels and centred in it.
    """
    fit = [max(1, int(spacing_mm / own + 1e-6)) for own in image.GetSpacing()]
    if image.GetPixelID() != sitk.sitkInt16:
        image = sitk.Cast(image, sitk.sitkFloat32)
    if max(fit) > 1:
        image = sitk.BinShrink(image, fit)
    image = sitk.Cast(image, sitk.sitkFloat32)
    grid = _grid(image, spacing_mm)
    z, y, x = (
        interpolation_matrix(n_in, n_out, step=spacing_mm / own, order=order)
        for n_in, n_out, own in zip(
            image.GetSize()[::-1], grid.GetSize()[::-1], image.GetSpacing()[::-1], strict=True
        )
    )
    values = y @ (sitk.GetArrayViewFromImage(image) @ x.T)
    values = np.tensordot(z, values, axes=1)
    resampled = sitk.GetImageFromArray(values)
    resampled.CopyInformation(grid)
    return resampled


def _grid(image, spacing_mm):
    """Empty image of another spacing in the same place."""
    size, own = np.array(image.GetSize()), np.array(image.GetSpacing())
    new_size = np.maximum(1, np.round(size * own / spacing_mm)).astype(int)
    centre = np.array(image.TransformContinuousIndexToPhysicalPoint(((size - 1) / 2).tolist()))
    axes = np.array(image.GetDirection()).reshape(3, 3)
    grid = sitk.Image(new_size.tolist(), sitk.sitkUInt8)
    grid.SetSpacing([spacing_mm] * 3)
    grid.SetDirection(image.GetDirection())
    grid.SetOrigin((centre - axes @ ((new_size - 1) / 2 * spacing_mm)).tolist())
    return grid


def interpolation_matrix(n_in, n_out, *, step, order):
    """Matrix that interpolates samples at 0, 1, ... onto a grid of another step, same middle.

    Interpolation by B-splines is linear in the samples and separable in the axes: three small
    matrix products resample a volume. Beyond its ends a signal goes on as its mirror image.

    Parameters
    ----------
    n_in, n_out : int
        Samples before and after.
    step : float
        Distance between two new samples, in old ones.
    order : {1, 3}
        Linear, or cubic B-splines.

    Returns
    -------
    ndarray of float32, shape (n_out, n_in)
        Each row sums to 1.

    References
    ----------
    Unser M (1999). Splines: a perfect fit for signal and image processing. IEEE Signal Process
    Mag 16(6):22-38. doi:10.1109/79.799930

    Examples
    --------
    >>> interpolation_matrix(3, 2, step=1, order=1)
    array([[0.5, 0.5, 0. ],
           [0. , 0.5, 0.5]], dtype=float32)
    """
    positions = (np.arange(n_out) - (n_out - 1) / 2) * step + (n_in - 1) / 2
    weights = _basis(positions, n_in, order)
    if order == 3:  # spline coefficients are what gives the samples back at the samples
        weights = np.linalg.solve(_basis(np.arange(n_in), n_in, order).T, weights.T).T
    return weights.astype(np.float32)


def _basis(positions, n_in, order):
    """Weight of each of n_in splines at each position; shape (n_positions, n_in)."""
    first = np.floor(positions).astype(int) - (order - 1) // 2
    weights = np.zeros((len(positions), n_in))
    rows = np.arange(len(positions))
    for offset in range(order + 1):
        knots = first + offset
        np.add.at(weights, (rows, _mirrored(knots, n_in)), _spline(positions - knots, order))
    return weights


def _spline(x, order):
    """The centred B-spline of an order at x."""
    x = np.abs(x)
    if order == 1:
        return np.maximum(0, 1 - x)
    return np.where(x < 1, 2 / 3 - x**2 + x**3 / 2, np.maximum(0, 2 - x) ** 3 / 6)


def _mirrored(knots, n_in):
    """Index of a knot, reflected at the first and last sample until it lies between them."""
    period = max(1, 2 * (n_in - 1))
    knots = np.abs(knots) % period
    return np.minimum(knots, period - knots) % n_in


def seen_by_coarse(ct, femora, *, spacing_mm):
    """Arrays (z, y, x) of a CT in HU and of its femora, 1 inside, both at the coarse spacing."""
    image = at_spacing(ct, spacing_mm=spacing_mm, order=3)
    inside = at_spacing(femora != 0, spacing_mm=spacing_mm, order=1)
    return sitk.GetArrayFromImage(image), _half_inside(inside)


def seen_by_fine(ct, femora, *, side, spacing_mm, margin_mm):
    """Arrays (z, y, x) around one femur, in HU and 1 inside, a right one mirrored to a left one."""
    box = bounding_box(femora == side, margin_mm=margin_mm)
    image = at_spacing(crop_to(ct, box), spacing_mm=spacing_mm, order=3)
    inside = at_spacing(crop_to(femora == side, box), spacing_mm=spacing_mm, order=1)
    return (
        as_left(sitk.GetArrayFromImage(image), side),
        as_left(_half_inside(inside), side),
    )


def as_left(array, side):
    """Array (z, y, x) of a left femur as it is, of a right one mirrored; its own inverse."""
    return np.ascontiguousarray(array[:, :, ::-1]) if side == RIGHT else array


def normalised(hu, *, lowest_hu, highest_hu, centre_hu, scale_hu):
    """CT numbers as the networks see them: clipped, soft tissue about 0, bone above.

    The zeros that pad a crop therefore look like soft tissue, not like bone.
    """
    return ((np.clip(hu, lowest_hu, highest_hu) - centre_hu) / scale_hu).astype(np.float32)


def padded(array, *, multiple):
    """Array with zeros added at the far end of each axis, up to a multiple of some length.

    Returns
    -------
    array : ndarray
    inner : tuple of slice
        Where the array that was given is.
    """
    inner = tuple(slice(0, length) for length in array.shape)
    return np.pad(array, [(0, -length % multiple) for length in array.shape]), inner


def continued(array, *, multiple, margin):
    """Array whose outermost values are continued outside of it, to a multiple of some length.

    A bone that the image cuts is continued, instead of ending where zeros start; its mask at the
    cut is the better for it.

    Returns
    -------
    array : ndarray
        With `margin` more voxels at every end, or more.
    inner : tuple of slice
        Where the array that was given is.
    """
    added = [2 * margin + -(length + 2 * margin) % multiple for length in array.shape]
    inner = tuple(
        slice(more // 2, more // 2 + length)
        for more, length in zip(added, array.shape, strict=True)
    )
    return np.pad(array, [(more // 2, more - more // 2) for more in added], mode="edge"), inner


def _half_inside(inside):
    return (sitk.GetArrayViewFromImage(inside) > 0.5).astype(np.uint8)


def largest_component(mask):
    """The largest connected component of a mask (z, y, x); an empty mask stays empty."""
    labels, count = ndimage.label(mask)
    return mask if count < 2 else labels == np.bincount(labels.ravel())[1:].argmax() + 1


def fill_holes(mask):
    """Mask (z, y, x) with all that it encloses in each axial plane."""
    outside = np.pad(~mask, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    labels, _ = ndimage.label(outside, structure=IN_PLANE)
    return (labels != labels[:, :1, :1])[:, 1:-1, 1:-1]  # every corner lies outside
