"""Where the femora of a CT are, by the coarse network's answer."""

from itertools import combinations

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ctio.imaging.images import crop_to
from ctio.imaging.laterality import centre_x_mm, name_sides
from ctio.imaging.sides import BODY_ABOVE_HU
from osteoct.segmentation.regions import at_spacing

LEVEL_SHARE = 0.5  # of the shorter femur's height: both lie beside one another


def find_femora(ct, network, *, femur_cm3, femora_apart_mm, least_offset_mm):
    """Coarse masks of the femora in a CT, and their sides.

    Parameters
    ----------
    ct : SimpleITK.Image
    network : osteoct.segmentation.networks.Network
        The coarse one.
    femur_cm3, femora_apart_mm
        See `femora_in`.
    least_offset_mm : float
        See `ctio.imaging.laterality.name_sides`.

    Returns
    -------
    list of (SimpleITK.Image, int)
        At most two masks on the coarse grid, each with 1 (right) or 2 (left).
    """
    seen = at_spacing(ct, spacing_mm=network.spacing_mm, order=3)
    probability = network.probability(crop_to(seen, body_box(seen)))
    found = femora_in(probability, femur_cm3=femur_cm3, femora_apart_mm=femora_apart_mm)
    sides = name_sides(found, seen, least_offset_mm=least_offset_mm)
    return list(zip(found, sides, strict=True))


def body_box(seen):
    """Slices (z, y, x) of an image without the columns and rows at its edges that hold only air.

    Two voxels of air stay beside the body. An image without a body stays whole.
    """
    body = sitk.GetArrayViewFromImage(seen) > BODY_ABOVE_HU
    box = [slice(0, body.shape[0])]
    for axis in (1, 2):
        where = np.flatnonzero(body.any(axis=(0, 3 - axis)))
        first, last = (where[0], where[-1]) if where.size else (0, body.shape[axis] - 1)
        box.append(slice(max(0, int(first) - 2), int(last) + 3))
    return tuple(box)


def femora_in(probability, *, femur_cm3, femora_apart_mm):
    """The parts of the coarse network's answer that are femora: at most two.

    Other bones, a sacrum say, may be taken for femora; the network is less sure of them, and they
    have no twin beside them. So two parts that can be a pair of femora go before any other, and
    surer ones before others.

    Parameters
    ----------
    probability : SimpleITK.Image
        That a voxel is femur.
    femur_cm3 : sequence of float, (smallest, largest)
        Volume that a part must have.
    femora_apart_mm : float
        Least distance from side to side of a pair.

    Returns
    -------
    list of SimpleITK.Image
        Masks, 1 inside.
    """
    values = sitk.GetArrayViewFromImage(probability)
    labels, count = ndimage.label(values > 0.5)
    numbers = np.arange(1, count + 1)
    volumes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    volumes = volumes * np.prod(probability.GetSpacing()) / 1000
    plausible = numbers[(volumes >= femur_cm3[0]) & (volumes <= femur_cm3[1])]
    sureness = ndimage.mean(values, labels, plausible)
    surest = plausible[np.argsort(-np.asarray(sureness), kind="stable")]
    parts = [_mask(labels == number, probability) for number in surest]
    pairs = [pair for pair in combinations(parts, 2) if are_pair(*pair, apart_mm=femora_apart_mm)]
    return list(pairs[0]) if pairs else parts[:1]


def are_pair(one, other, *, apart_mm):
    """Whether two masks lie as far apart as both hips do, and at one level."""
    apart = abs(centre_x_mm(one) - centre_x_mm(other))
    planes = [np.flatnonzero(sitk.GetArrayViewFromImage(m).any(axis=(1, 2))) for m in (one, other)]
    shared = min(p[-1] for p in planes) - max(p[0] for p in planes) + 1
    shorter = min(p[-1] - p[0] + 1 for p in planes)
    return apart >= apart_mm and shared >= LEVEL_SHARE * shorter


def _mask(inside, like):
    mask = sitk.GetImageFromArray(inside.astype(np.uint8))
    mask.CopyInformation(like)
    return mask
