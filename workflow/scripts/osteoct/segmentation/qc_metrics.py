"""What is measured of a segmented femur for quality control."""

import numpy as np
import SimpleITK as sitk

from ctio import RIGHT, bounding_box, crop_to, find_side, head_offset_mm, shows_whole_body
from osteoct.segmentation.cascade import distance_mm, volume_cm3
from osteoct.segmentation.mirroring import trochanter_behind_deg
from osteoct.segmentation.overlap import dice

FACES = ("below", "top", "front", "back", "right side", "left side")  # of an LPS image, z first
BORDER_MM = 3  # a mask this near to the image's border touches it: a coarse voxel
DENSE_ABOVE_HU = 150  # denser than soft tissue and than marrow
METAL_ABOVE_HU = 2500  # denser than any bone; cortex seldom exceeds 2000 HU
METAL_WITHIN_MM = 10  # metal this near to a femur distorts its CT numbers
DISTANT_MM = 15  # slices this far apart show other anatomy
MIN_DISTANT_SLICES = 6  # thick slices differ from the next ones by more: then these are compared


def measure_qc(ct, segmentation, side):
    """Every QC metric of one segmented femur.

    Parameters
    ----------
    ct : SimpleITK.Image
        HU, oriented LPS.
    segmentation : osteoct.segmentation.cascade.Segmentation
        With a femur of this side.
    side : int
        1 right, 2 left.

    Returns
    -------
    dict
        `cm3`, `length_mm` (from the top of the head to the lower end), `coarse_dice` (of both
        networks, above the lower end), `fraction_outside_largest`, `trochanter_behind_deg`,
        `head_medial_mm`, `metal_mm3`, `slice_order_inconsistency` and the values of
        `attenuation`; `touches` (faces of the image) and `across` (the body's other side, see
        `find_side_contradiction`); `cut_slice` (lowest slice of the mask, the lowest of the image
        being 1) and `trochanter_mm` (see `osteoct.segmentation.cascade.Segmentation`). A mask that
        was made elsewhere has no `coarse_dice` (nan).
    """
    femur = sitk.Cast(segmentation.fine == side, sitk.sitkUInt8)
    inside = sitk.GetArrayFromImage(femur) != 0
    box = bounding_box(femur, margin_mm=METAL_WITHIN_MM)
    near, part = crop_to(femur, box), crop_to(ct, box)
    hu = sitk.GetArrayViewFromImage(part)
    planes = np.flatnonzero(inside.any(axis=(1, 2)))
    return {
        "cm3": volume_cm3(inside, ct.GetSpacing()),
        "length_mm": float((planes[-1] - planes[0] + 1) * ct.GetSpacing()[2]),
        "coarse_dice": _coarse_dice(segmentation.coarse, side, inside, box, int(planes[0])),
        "fraction_outside_largest": segmentation.fraction_outside_largest[side],
        "trochanter_behind_deg": trochanter_behind_deg(near, side),
        "head_medial_mm": head_offset_mm(near) * (1 if side == RIGHT else -1),
        "metal_mm3": metal_mm3(part, near),
        "slice_order_inconsistency": slice_order_inconsistency(hu, spacing_mm=ct.GetSpacing()[2]),
        **attenuation(hu[inside[box]]),
        "touches": touched_faces(inside, spacing_mm=ct.GetSpacing()[::-1]),
        "across": find_side_contradiction(femur, ct, side),
        "cut_slice": int(planes[0]) + 1,
        "trochanter_mm": segmentation.trochanter_mm[side],
    }


def attenuation(hu):
    """CT numbers of a femur.

    Parameters
    ----------
    hu : ndarray, shape (n,)

    Returns
    -------
    dict of str to float
        `mean_hu`, `median_hu`, `dense_fraction` (of voxels above `DENSE_ABOVE_HU`, 0 to 1), and
        `clipped_fraction` (of voxels that have the highest value: a window cut them off).
    """
    return {
        "mean_hu": float(hu.mean()),
        "median_hu": float(np.median(hu)),
        "dense_fraction": float(np.mean(hu > DENSE_ABOVE_HU)),
        "clipped_fraction": float(np.mean(hu == hu.max())),
    }


def metal_mm3(part, femur):
    """Volume of metal inside of a mask and near it.

    Parameters
    ----------
    part, femur : SimpleITK.Image
        CT and mask on one grid.

    Returns
    -------
    float
    """
    bright = sitk.GetArrayViewFromImage(part) > METAL_ABOVE_HU
    if not bright.any():
        return 0.0
    close = distance_mm(femur, part) <= METAL_WITHIN_MM
    return float(np.count_nonzero(bright & close) * np.prod(part.GetSpacing()))


def all_metal_mm3(ct):
    """Volume of metal in a whole CT."""
    metal = sitk.GetArrayViewFromImage(ct) > METAL_ABOVE_HU
    return float(np.count_nonzero(metal) * np.prod(ct.GetSpacing()))


def slice_order_inconsistency(hu, *, spacing_mm):
    """Mean difference of neighbouring axial slices, as a fraction of that of distant ones.

    Parameters
    ----------
    hu : ndarray, shape (z, y, x)
    spacing_mm : float
        Of the slices.

    Returns
    -------
    float
        Near 0 in a body, near 1 where slices are out of order; 0 where there are too few.
        Distant slices are `DISTANT_MM` apart, and at least `MIN_DISTANT_SLICES`.
    """
    far = max(MIN_DISTANT_SLICES, round(DISTANT_MM / spacing_mm))
    if len(hu) <= far:
        return 0.0
    values = hu.astype(np.float32)
    near_by, apart = (np.abs(values[step:] - values[:-step]).mean() for step in (1, far))
    return float(near_by / apart) if apart > 0 else 0.0


def touched_faces(inside, *, spacing_mm):
    """Faces of the image that a mask reaches, to within `BORDER_MM`.

    Parameters
    ----------
    inside : ndarray of bool, shape (z, y, x)
        Of an LPS image.
    spacing_mm : sequence of float, (z, y, x)

    Returns
    -------
    list of str
        Of `FACES`.
    """
    touched = []
    for axis, spacing in enumerate(spacing_mm):
        planes = max(1, int(np.ceil(BORDER_MM / spacing)))
        ends = [np.take(inside, range(planes), axis), np.take(inside, range(-planes, 0), axis)]
        touched += [FACES[2 * axis + k] for k, end in enumerate(ends) if end.any()]
    return touched


def find_side_contradiction(femur, ct, side):
    """Whether a femur lies on the body's other side than its own anatomy says.

    Returns
    -------
    str
        Empty; "body" if an image of the whole body says so, "scanner" if only the position in the
        scanner does, in an image of one hip.
    """
    if find_side(femur, ct) == side:
        return ""
    return "body" if shows_whole_body(ct) else "scanner"


def _coarse_dice(coarse, side, inside, box, lowest):
    """Dice of both networks' masks above the fine one's lower end, which has metrics of its own."""
    if coarse is None:
        return np.nan
    found = sitk.GetArrayFromImage(coarse)[box] == side
    found[: lowest - box[0].start] = False
    return dice(inside[box], found)
