"""Small changes to a scan and a mask, as another scan or another reader would make.

Zwanenburg A et al. (2019). Assessing robustness of radiomic features by image perturbation. Sci Rep
9:614. doi:10.1038/s41598-018-36938-4. Boundaries are moved by a smooth random field here,
not by supervoxels.
"""

import math

import numpy as np
import SimpleITK as sitk
from scipy.ndimage import distance_transform_edt, gaussian_filter

from ctio import bounding_box

AROUND_MM = 8  # of the mask: no change moves its boundary farther
CORRELATION_MM = 5  # how far a bulge of a moved boundary reaches


def noisy(ct, mask, rng, *, sd_hu):
    """The scan with more noise in and around the mask.

    Parameters
    ----------
    ct, mask : SimpleITK.Image
        HU, and 1 inside, on one grid.
    rng : numpy.random.Generator
    sd_hu : float
        Standard deviation of the added noise, independent from voxel to voxel.

    Returns
    -------
    SimpleITK.Image
        Pixel type of `ct`.
    """
    hu = sitk.GetArrayFromImage(ct)
    box = bounding_box(mask, margin_mm=3 * AROUND_MM)
    part = hu[box]
    hu[box] = np.rint(part + rng.normal(0, sd_hu, part.shape)).astype(hu.dtype)
    return _like(hu, ct)


def random_shift(mask, rng, *, mm):
    """A move of the sampling grid by a length in a random direction."""
    return _pose(mask, [0, 0, 1], 0.0, mm * _direction(rng))


def random_turn(mask, rng, *, degrees):
    """A turn of the sampling grid about the mask's middle and a random axis."""
    return _pose(mask, _direction(rng), math.radians(degrees), np.zeros(3))


def uneven(mask, rng, *, sd_mm, correlation_mm=CORRELATION_MM):
    """The mask with its boundary moved in and out by a smooth random field.

    Parameters
    ----------
    mask : SimpleITK.Image
        1 inside.
    rng : numpy.random.Generator
    sd_mm : float
        Standard deviation of the displacement.
    correlation_mm : float
        Standard deviation of the Gaussian that smooths the field.

    Returns
    -------
    SimpleITK.Image
    """
    box = bounding_box(mask, margin_mm=AROUND_MM)
    labels, spacing = sitk.GetArrayFromImage(mask), np.array(mask.GetSpacing()[::-1])
    distance = _signed_distance(labels[box] == 1, spacing)
    field = gaussian_filter(rng.standard_normal(distance.shape), correlation_mm / spacing)
    labels[box] = distance < sd_mm / field.std() * field
    return _like(labels, mask)


def resized(mask, *, fraction):
    """The mask grown or shrunk evenly until its volume has changed by a fraction.

    Parameters
    ----------
    mask : SimpleITK.Image
        1 inside.
    fraction : float
        Of the volume; negative shrinks.

    Returns
    -------
    SimpleITK.Image
        With so many voxels, but for those that symmetry makes equal, within `AROUND_MM`.
    """
    box = bounding_box(mask, margin_mm=AROUND_MM)
    labels, spacing = sitk.GetArrayFromImage(mask), np.array(mask.GetSpacing()[::-1])
    inside = labels[box] == 1
    order = _signed_distance(inside, spacing)  # of equally far voxels those with more bone first
    order -= 1e-3 * gaussian_filter(inside.astype(float), 1.5 / spacing)
    wanted = min(order.size, max(1, round((1 + fraction) * int(inside.sum()))))
    labels[box] = order <= np.partition(order, wanted - 1, axis=None)[wanted - 1]
    return _like(labels, mask)


def _signed_distance(inside, spacing_mm):
    """Distance to the boundary, half-way between voxels inside and outside; negative inside, mm."""
    half = spacing_mm.min() / 2
    outer = distance_transform_edt(~inside, spacing_mm)
    inner = distance_transform_edt(inside, spacing_mm)
    return np.where(inside, half - inner, outer - half)


def _direction(rng):
    """A direction in space, all equally likely."""
    vector = rng.standard_normal(3)
    return vector / np.linalg.norm(vector)


def _pose(mask, axis, angle, shift_mm):
    """A rigid move about the middle of the mask."""
    box = bounding_box(mask, margin_mm=0)[::-1]
    middle = [(part.start + part.stop - 1) / 2 for part in box]
    centre = mask.TransformContinuousIndexToPhysicalPoint(middle)
    pose = sitk.VersorRigid3DTransform()
    pose.SetCenter(centre)
    pose.SetRotation([float(part) for part in axis], angle)
    pose.SetTranslation([float(part) for part in shift_mm])
    return pose


def _like(array, image):
    made = sitk.GetImageFromArray(array)
    made.CopyInformation(image)
    return made
