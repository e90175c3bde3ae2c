"""Where the femora of a CT are, by the coarse network's probability."""

from itertools import combinations

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ctio import BODY_ABOVE_HU, centre_x_mm, crop_to, name_sides
from osteoct.segmentation.regions import at_spacing

FEMUR_CM3 = (20, 400)  # whole proximal femora have about 60 to 250 cm³, and an image may cut them
MIN_APART_MM = 100  # hips are some 180 mm apart, and two components of one femur less than 60
MIN_OFFSET_MM = 10  # of head and shaft from side to side: some 40 mm where the head is in the image
MIN_LEVEL_FRACTION = 0.5  # of the shorter femur's height: both lie beside one another


def find_femora(
    ct, network, *, femur_cm3=FEMUR_CM3, min_apart_mm=MIN_APART_MM, min_offset_mm=MIN_OFFSET_MM
):
    """Coarse masks of the femora in a CT, and their sides.

    Parameters
    ----------
    ct : SimpleITK.Image
    network : osteoct.segmentation.networks.Network
        The coarse one.
    femur_cm3, min_apart_mm
        See `femora_in`.
    min_offset_mm : float
        Smallest distance from side to side of head and shaft that tells a right femur from a left
        one in an image of one hip.

    Returns
    -------
    list of (SimpleITK.Image, int)
        At most two masks on the coarse grid, each with 1 (right) or 2 (left).
    """
    seen = at_spacing(ct, spacing_mm=network.spacing_mm, order=3)
    probability = network.probability(crop_to(seen, body_box(seen)))
    femora = femora_in(probability, femur_cm3=femur_cm3, min_apart_mm=min_apart_mm)
    sides = name_sides(femora, seen, min_offset_mm=min_offset_mm)
    return list(zip(femora, sides, strict=True))


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


def femora_in(probability, *, femur_cm3=FEMUR_CM3, min_apart_mm=MIN_APART_MM):
    """The connected components of the coarse network's mask that are femora: at most two.

    Other bones, such as a sacrum, may look like femora; the network is less sure of them, and they
    have no twin beside them. So two components that can be a pair of femora go before any
    other, and those of a higher mean probability before others.

    Parameters
    ----------
    probability : SimpleITK.Image
        That a voxel is femur.
    femur_cm3 : sequence of float, (min, max)
        Volume that a component must have.
    min_apart_mm : float
        Smallest distance from side to side of a pair.

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
    confidence = ndimage.mean(values, labels, plausible)
    ordered = plausible[np.argsort(-np.asarray(confidence), kind="stable")]
    masks = [_mask(labels == number, probability) for number in ordered]
    pairs = [pair for pair in combinations(masks, 2) if are_pair(*pair, min_apart_mm=min_apart_mm)]
    return list(pairs[0]) if pairs else masks[:1]


def are_pair(one, other, *, min_apart_mm):
    """Whether two masks lie as far apart as both hips do, and at one level."""
    apart = abs(centre_x_mm(one) - centre_x_mm(other))
    planes = [np.flatnonzero(sitk.GetArrayViewFromImage(m).any(axis=(1, 2))) for m in (one, other)]
    shared = min(p[-1] for p in planes) - max(p[0] for p in planes) + 1
    shorter = min(p[-1] - p[0] + 1 for p in planes)
    return apart >= min_apart_mm and shared >= MIN_LEVEL_FRACTION * shorter


def _mask(inside, like):
    mask = sitk.GetImageFromArray(inside.astype(np.uint8))
    mask.CopyInformation(like)
    return mask
