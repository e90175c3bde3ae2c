"""What can be measured of an outlined femur that tells whether to trust the outline."""

import numpy as np
import SimpleITK as sitk

from ctio.imaging.images import bounding_box, crop_to
from ctio.imaging.laterality import head_offset_mm
from ctio.imaging.sides import RIGHT, shows_whole_body, side_by_place
from osteoct.segmentation.cascade import distance_mm, volume_cm3
from osteoct.segmentation.overlap import dice
from osteoct.verdict.handedness import trochanter_behind_deg

FACES = ("below", "top", "front", "back", "right side", "left side")  # of an LPS image, z first
FAR_MM = 15  # planes this far apart show other anatomy


def evidence(ct, outlines, side, *, border_mm, density):
    """Everything that a verdict on one outlined femur is based on.

    Parameters
    ----------
    ct : SimpleITK.Image
        HU, oriented LPS.
    outlines : osteoct.segmentation.cascade.Outlines
        With a femur of this side.
    side : int
        1 right, 2 left.
    border_mm : float
        An outline this near to the image's border touches it.
    density : dict
        `dense_above_hu`, see `attenuation`; `metal_above_hu` and `metal_within_mm`, see
        `metal_mm3`.

    Returns
    -------
    dict
        `cm3`, `length_mm` (from the top of the head to the lower end), `coarse_dice` (of both
        networks, above the lower end), `stray_share`, `metal_mm3`, `disorder`, `head_medial_mm`,
        `trochanter_behind_deg` and the values of `attenuation`; `touches` (faces of the image) and
        `across` (the body's other side, see `lies_across`); `cut_slice` (lowest plane of the
        outline, the lowest of the image being 1) and `trochanter_mm` (see
        `osteoct.segmentation.cascade.Outlines`).
    """
    femur = sitk.Cast(outlines.fine == side, sitk.sitkUInt8)
    inside = sitk.GetArrayFromImage(femur) != 0
    metal = {"above_hu": density["metal_above_hu"], "within_mm": density["metal_within_mm"]}
    box = bounding_box(femur, margin_mm=metal["within_mm"])
    near, part = crop_to(femur, box), crop_to(ct, box)
    hu = sitk.GetArrayViewFromImage(part)
    planes = np.flatnonzero(inside.any(axis=(1, 2)))
    coarse = sitk.GetArrayFromImage(outlines.coarse)[box] == side
    coarse[: int(planes[0]) - box[0].start] = False  # where it ends is judged by itself
    return {
        "cm3": volume_cm3(inside, ct.GetSpacing()),
        "length_mm": float((planes[-1] - planes[0] + 1) * ct.GetSpacing()[2]),
        "coarse_dice": dice(inside[box], coarse),
        "stray_share": outlines.stray_share[side],
        "trochanter_behind_deg": trochanter_behind_deg(near, side),
        "head_medial_mm": head_offset_mm(near) * (1 if side == RIGHT else -1),
        "metal_mm3": metal_mm3(part, near, **metal),
        "disorder": disorder(hu, spacing_mm=ct.GetSpacing()[2]),
        **attenuation(hu[inside[box]], dense_above_hu=density["dense_above_hu"]),
        "touches": touched_faces(inside, border_mm=border_mm, spacing_mm=ct.GetSpacing()[::-1]),
        "across": lies_across(femur, ct, side),
        "cut_slice": int(planes[0]) + 1,
        "trochanter_mm": outlines.trochanter_mm[side],
    }


def attenuation(hu, *, dense_above_hu):
    """CT numbers of a femur.

    Parameters
    ----------
    hu : ndarray, shape (n,)
    dense_above_hu : float

    Returns
    -------
    dict of str to float
        `mean_hu`, `median_hu`, `dense_share` (of voxels above the limit, 0 to 1), and
        `clipped_share` (of voxels that share the highest value: a window cut them off).
    """
    return {
        "mean_hu": float(hu.mean()),
        "median_hu": float(np.median(hu)),
        "dense_share": float(np.mean(hu > dense_above_hu)),
        "clipped_share": float(np.mean(hu == hu.max())),
    }


def metal_mm3(part, femur, *, above_hu, within_mm):
    """Volume of metal inside of an outline and near it.

    Parameters
    ----------
    part, femur : SimpleITK.Image
        CT and outline on one grid.
    above_hu, within_mm : float
        What is called metal, and how near.

    Returns
    -------
    float
    """
    bright = sitk.GetArrayViewFromImage(part) > above_hu
    if not bright.any():
        return 0.0
    close = distance_mm(femur, part) <= within_mm
    return float(np.count_nonzero(bright & close) * np.prod(part.GetSpacing()))


def disorder(hu, *, spacing_mm):
    """How unlike neighbouring axial planes are, compared with planes far apart.

    Parameters
    ----------
    hu : ndarray, shape (z, y, x)
    spacing_mm : float
        Of the planes.

    Returns
    -------
    float
        Near 0 in a body, near 1 where slices are out of order; 0 where there are too few.
    """
    far = max(2, round(FAR_MM / spacing_mm))
    if len(hu) <= far:
        return 0.0
    values = hu.astype(np.float32)
    near_by, apart = (np.abs(values[step:] - values[:-step]).mean() for step in (1, far))
    return float(near_by / apart) if apart > 0 else 0.0


def touched_faces(inside, *, border_mm, spacing_mm):
    """Faces of the image that a mask reaches.

    Parameters
    ----------
    inside : ndarray of bool, shape (z, y, x)
        Of an LPS image.
    border_mm : float
        How near is reached.
    spacing_mm : sequence of float, (z, y, x)

    Returns
    -------
    list of str
        Of `FACES`.
    """
    touched = []
    for axis, spacing in enumerate(spacing_mm):
        planes = max(1, int(np.ceil(border_mm / spacing)))
        ends = [np.take(inside, range(planes), axis), np.take(inside, range(-planes, 0), axis)]
        touched += [FACES[2 * axis + k] for k, end in enumerate(ends) if end.any()]
    return touched


def lies_across(femur, ct, side):
    """Whether a femur lies on the body's other side than its own anatomy says.

    Returns
    -------
    str
        Empty; "body" if an image of the whole body says so, "scanner" if only the position in the
        scanner does, in an image of one hip.
    """
    if side_by_place(femur, ct) == side:
        return ""
    return "body" if shows_whole_body(ct) else "scanner"
