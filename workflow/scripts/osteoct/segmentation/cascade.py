"""From a CT to the segmentation of each femur: find it coarsely, then segment it finely."""

from typing import NamedTuple

import numpy as np
import SimpleITK as sitk

from ctio import SIDES, bounding_box, crop_to, plane_heights_mm, resample_like
from osteoct.segmentation.localisation import FEMUR_CM3, find_femora
from osteoct.segmentation.regions import at_spacing, fill_holes, largest_component
from osteoct.segmentation.trochanter import SHAFT_MM, lower_edge_mm

ROI_MARGIN_MM = 10  # surroundings of the femur that the fine network sees
AROUND_MM = 9  # a wider reach forgives a coarse mask that is too small, and lets the pelvis in
BELOW_MM = 2  # the coarse mask's lower end is good to about a voxel of 3 mm
FAR_MM = 1e3  # what lies beyond the coarse image
LEAN = 0.5  # tangent of the steepest lean of a shaft


class Segmentation(NamedTuple):
    """Femora of one CT.

    Attributes
    ----------
    fine, coarse : SimpleITK.Image
        uint8 on the grid of the CT: 1 right femur, 2 left femur. Both are empty where no femur was
        found; `coarse` is None of a mask that was made elsewhere.
    fraction_outside_largest : dict of int to float
        Side to the fraction (0 to 1) of the fine network's femur that was left out, because it
        lay outside of the largest connected component.
    trochanter_mm : dict of int to float
        Side to how far above the coarse femur's lower end the CT shows the lower edge of the
        lesser trochanter; nan where it shows none.
    """

    fine: sitk.Image
    coarse: sitk.Image
    fraction_outside_largest: dict
    trochanter_mm: dict


def segment(
    ct, networks, *, femur_cm3=FEMUR_CM3, roi_margin_mm=ROI_MARGIN_MM, find=None, reach=None
):
    """Segment the femora of a CT.

    Parameters
    ----------
    ct : SimpleITK.Image
        HU, oriented LPS.
    networks : dict of str to osteoct.segmentation.networks.Network
        "coarse" and "fine".
    femur_cm3 : sequence of float, (min, max)
        Volume that a connected component must have to be taken for a proximal femur.
    roi_margin_mm : float
        Width of the surroundings of the femur that the fine network sees.
    find, reach : dict, optional
        Further keywords of `osteoct.segmentation.localisation.find_femora` and `within_reach`.

    Returns
    -------
    Segmentation
    """
    fine, coarse = (np.zeros(ct.GetSize()[::-1], np.uint8) for _ in range(2))
    outside, trochanter_mm, reach = {}, {}, {"shaft_mm": SHAFT_MM, **(reach or {})}
    for femur, side in find_femora(ct, networks["coarse"], femur_cm3=femur_cm3, **(find or {})):
        box = box_around(femur, ct, margin_mm=roi_margin_mm, below_mm=reach["shaft_mm"][1])
        part = crop_to(ct, box)
        distance = distance_mm(femur, part)
        coarse[box][distance <= femur.GetSpacing()[0] / 2] = side
        near, trochanter_mm[side] = within_reach(distance, femur, part, side, **reach)
        refined, outside[side] = refine(
            part, networks["fine"], side, reach=near, margin_mm=roi_margin_mm
        )
        if femur_cm3[0] <= volume_cm3(refined, part.GetSpacing()) <= femur_cm3[1]:
            fine[box][refined] = side
    return Segmentation(_image(fine, ct), _image(coarse, ct), outside, trochanter_mm)


def from_mask(mask, ct):
    """Segmentation that another program made, with what quality control asks of it.

    Parameters
    ----------
    mask, ct : SimpleITK.Image
        Labels 1 right femur, 2 left femur, and HU, on one grid; LPS.

    Returns
    -------
    Segmentation
        `fine` is the mask as it is; there is no `coarse` one, and `trochanter_mm` counts from the
        mask's own lower end.
    """
    outside, trochanter_mm = {}, {}
    for side in SIDES.values():
        femur = sitk.Cast(mask == side, sitk.sitkUInt8)
        inside = sitk.GetArrayFromImage(femur) != 0
        if not inside.any():
            continue
        outside[side] = 1 - np.count_nonzero(largest_component(inside)) / np.count_nonzero(inside)
        box = box_around(femur, ct, margin_mm=ROI_MARGIN_MM, below_mm=SHAFT_MM[1])
        part = crop_to(ct, box)
        _, trochanter_mm[side] = within_reach(distance_mm(femur, part), femur, part, side)
    return Segmentation(mask, None, outside, trochanter_mm)


def box_around(femur, ct, *, margin_mm, below_mm):
    """Slices (z, y, x) of a CT around a mask on another grid, clipped to the CT.

    The box ends `margin_mm` beside and above the mask and `below_mm` more below it.
    """
    z, y, x = bounding_box(femur, margin_mm=margin_mm)
    corners = [(x.start, y.start, z.start), (x.stop - 1, y.stop - 1, z.stop - 1)]
    first, last = (
        ct.TransformPhysicalPointToContinuousIndex(femur.TransformIndexToPhysicalPoint(corner))
        for corner in corners
    )
    first = (first[0], first[1], first[2] - below_mm / ct.GetSpacing()[2])
    return tuple(
        slice(max(0, int(np.floor(low))), min(size, int(np.ceil(high)) + 1))
        for low, high, size in zip(first[::-1], last[::-1], ct.GetSize()[::-1], strict=True)
    )


def lower_end_mm(femur):
    """Height (the patient's z) at which a coarse femur ends below.

    The mask ends at a level, not at a surface of the bone: crumbs under that level, less than
    half as wide as the femur is in its lower third, do not count.
    """
    areas = sitk.GetArrayViewFromImage(femur).sum(axis=(1, 2))
    planes = np.flatnonzero(areas)
    typical = np.median(areas[planes[: len(planes) // 3 + 1]])
    lowest = planes[areas[planes] >= typical / 2][0]
    return femur.TransformContinuousIndexToPhysicalPoint((0.0, 0.0, lowest - 0.5))[2]


def above(level_mm, part):
    """Mask (z, 1, 1) of the axial planes of a part of the CT that lie above a level."""
    return (plane_heights_mm(part) >= level_mm)[:, None, None]


def within_reach(
    distance, coarse, part, side, *, around_mm=AROUND_MM, below_mm=BELOW_MM, **lower_end
):
    """Mask (z, y, x) of where the fine femur may be, in a part of the CT.

    Around the coarse femur, and above the lower edge of the lesser trochanter as the CT shows it;
    the coarse network, which sees voxels of 3 mm, only gives where to look for that edge.

    Parameters
    ----------
    distance : ndarray of float, shape (z, y, x)
        From the coarse femur, see `distance_mm`.
    coarse : SimpleITK.Image
        Mask of the coarse femur.
    part : SimpleITK.Image
        The CT around it.
    side : int
    around_mm : float
        How far outside of the coarse mask the femur may lie.
    below_mm : float
        How far below the coarse mask's lower end, where the CT shows no lesser trochanter.
    **lower_end
        Keywords of `osteoct.segmentation.trochanter.lower_edge_mm`.

    Returns
    -------
    reach : ndarray of bool, shape (z, y, x)
    trochanter_mm : float
        How far above the coarse mask's lower end that edge is; nan where it was not found.
    """
    end_mm = lower_end_mm(coarse)
    near = drawn_down(distance, end_mm + coarse.GetSpacing()[2], part) <= around_mm
    edge_mm = lower_edge_mm(part, near, end_mm, side, **lower_end)
    level_mm = end_mm - below_mm if np.isnan(edge_mm) else edge_mm
    return near & above(level_mm, part), edge_mm - end_mm


def drawn_down(distance, from_mm, part):
    """Distance (z, y, x) from a femur that goes on below a level as it is there.

    Its shaft may lean: each mm further down takes `LEAN` mm from the distance.
    """
    lowest = int(above(from_mm, part).argmax())
    leaning = LEAN * part.GetSpacing()[2] * np.arange(lowest, 0, -1)[:, None, None]
    return np.concatenate([distance[lowest] - leaning, distance[lowest:]])


def refine(part, network, side, *, reach, margin_mm):
    """Mask (z, y, x) of the femur in a part of the CT, on its grid.

    The fine network's femur as far as it may reach: its largest connected component, with all
    that it encloses in any axial plane, since the marrow belongs to it.

    Parameters
    ----------
    part : SimpleITK.Image
        The CT around one femur.
    network : osteoct.segmentation.networks.Network
        The fine one.
    side : int
        1 right, 2 left.
    reach : ndarray of bool, shape (z, y, x)
        See `within_reach`.
    margin_mm : float
        What the network sees of the CT under the lowest plane in reach.

    Returns
    -------
    femur : ndarray of bool, shape (z, y, x)
    fraction_outside_largest : float
        Fraction of the fine network's femur that lies outside of the largest connected component;
        0 if there is no femur.
    """
    lowest = int(reach.any(axis=(1, 2)).argmax()) - round(margin_mm / part.GetSpacing()[2])
    seen = at_spacing(part[:, :, max(0, lowest) :], spacing_mm=network.spacing_mm, order=3)
    probability = resample_like(
        network.probability(seen, side=side, continue_outside=True),
        part,
        interpolator="linear",
        background=0,
    )
    femur = (sitk.GetArrayViewFromImage(probability) > 0.5) & reach
    largest = largest_component(femur)
    outside = 1 - np.count_nonzero(largest) / max(1, np.count_nonzero(femur))
    return fill_holes(largest), float(outside) if femur.any() else 0.0


def distance_mm(femur, part):
    """Distance (z, y, x) of the voxels of a part of the CT from a mask; at most 0 inside it."""
    distance = sitk.SignedMaurerDistanceMap(
        femur, insideIsPositive=False, squaredDistance=False, useImageSpacing=True
    )
    return sitk.GetArrayFromImage(
        resample_like(distance, part, interpolator="linear", background=FAR_MM)
    )


def volume_cm3(mask, spacing_mm):
    """Volume of a mask: voxels that are not 0, times the size of one."""
    return float(np.count_nonzero(mask) * np.prod(spacing_mm) / 1000)


def _image(array, like):
    image = sitk.GetImageFromArray(array)
    image.CopyInformation(like)
    return image
