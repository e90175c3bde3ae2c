"""How well an automatic mask matches a manual one: overlap, volume and surface."""

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree


def dice(automatic, reference):
    """Dice overlap of two masks: 2|A∩B| / (|A|+|B|).

    Parameters
    ----------
    automatic, reference : ndarray of bool, shape (z, y, x)
        Masks on one voxel grid.

    Returns
    -------
    float
        From 0 (disjoint) to 1 (identical); nan when both masks are empty.

    Raises
    ------
    ValueError
        If the grids differ.

    References
    ----------
    Dice LR (1945). Ecology 26(3):297-302. doi:10.2307/1932409
    """
    if automatic.shape != reference.shape:
        raise ValueError(
            f"Masks lie on different grids: automatic {automatic.shape}, reference "
            f"{reference.shape}. Resample both to the CT before comparing."
        )
    voxels = np.count_nonzero(automatic) + np.count_nonzero(reference)
    if voxels == 0:
        return np.nan
    return float(2 * np.count_nonzero(automatic & reference) / voxels)


def volumes(automatic, reference, *, spacing_mm):
    """Volumes of two masks and how they differ, reference minus automatic as in the paper.

    Parameters
    ----------
    automatic, reference : ndarray of bool, shape (z, y, x)
    spacing_mm : sequence of float, (z, y, x)

    Returns
    -------
    dict of str to float
        `reference_cm3`, `automatic_cm3`, `vd_cm3` (positive: the automatic mask is too
        small), `absolute_vd_cm3`, and `relative_vd_percent` of the reference volume.
    """
    voxel_cm3 = np.prod(spacing_mm) / 1000
    of_reference = np.count_nonzero(reference) * voxel_cm3
    of_automatic = np.count_nonzero(automatic) * voxel_cm3
    difference = of_reference - of_automatic
    return {
        "reference_cm3": float(of_reference),
        "automatic_cm3": float(of_automatic),
        "vd_cm3": float(difference),
        "absolute_vd_cm3": float(abs(difference)),
        "relative_vd_percent": float(100 * difference / of_reference) if of_reference else np.nan,
    }


def surface_distances_mm(automatic, reference, *, spacing_mm):
    """Distance of every surface voxel of each mask from the surface of the other.

    A surface voxel is one of the mask with a face on the outside; distances go from voxel centre
    to voxel centre.

    Parameters
    ----------
    automatic, reference : ndarray of bool, shape (z, y, x)
        Neither may be empty.
    spacing_mm : sequence of float, (z, y, x)

    Returns
    -------
    from_automatic, from_reference : ndarray of float
        One value, in mm, for each surface voxel.
    """
    surfaces = [_surface_mm(mask, spacing_mm) for mask in (automatic, reference)]
    one, other = (cKDTree(surface) for surface in surfaces)
    return other.query(surfaces[0])[0], one.query(surfaces[1])[0]


def hausdorff_95_mm(from_automatic, from_reference):
    """95th percentile of the surface distances, the larger of both directions.

    Parameters
    ----------
    from_automatic, from_reference : ndarray of float
        As `surface_distances_mm` gives them.

    Returns
    -------
    float
        At least 0 (identical surfaces), in mm.
    """
    return float(max(np.percentile(from_automatic, 95), np.percentile(from_reference, 95)))


def surface_dice(from_automatic, from_reference, *, tolerance_mm):
    """Fraction of both surfaces that lies within a tolerance of the other one.

    Returns
    -------
    float
        From 0 to 1.

    References
    ----------
    Nikolov S et al. (2021). Clinically applicable segmentation of head and neck anatomy for
    radiotherapy. J Med Internet Res 23(7):e26151. doi:10.2196/26151
    """
    distances = np.concatenate([from_automatic, from_reference])
    return float(np.mean(distances <= tolerance_mm))


def compare(automatic, reference, *, spacing_mm, surface_tolerance_mm):
    """Every measure of one femur's automatic mask.

    Parameters
    ----------
    automatic, reference : ndarray of bool, shape (z, y, x)
        The reference may not be empty.
    spacing_mm : sequence of float, (z, y, x)
    surface_tolerance_mm : float

    Returns
    -------
    dict of str to float
        `dice`, the values of `volumes`, `hd95_mm`, `surface_dice` (nan without an automatic
        mask), and `components`, the number of its connected components.
    """
    box = _common_box(automatic, reference)
    automatic, reference = automatic[box], reference[box]
    measures = {
        "dice": dice(automatic, reference),
        **volumes(automatic, reference, spacing_mm=spacing_mm),
        "hd95_mm": np.nan,
        "surface_dice": np.nan,
        "components": int(ndimage.label(automatic)[1]),
    }
    if automatic.any():
        distances = surface_distances_mm(automatic, reference, spacing_mm=spacing_mm)
        measures["hd95_mm"] = hausdorff_95_mm(*distances)
        measures["surface_dice"] = surface_dice(*distances, tolerance_mm=surface_tolerance_mm)
    return measures


def _surface_mm(mask, spacing_mm):
    """Centres of the surface voxels of a mask, shape (n, 3), in mm."""
    return np.argwhere(mask & ~ndimage.binary_erosion(mask)) * np.asarray(spacing_mm)


def _common_box(*masks):
    """Smallest box that holds all masks, with a plane of background around where there is one."""
    together = np.logical_or.reduce(masks)
    box = []
    for axis in range(together.ndim):
        others = tuple(other for other in range(together.ndim) if other != axis)
        where = np.flatnonzero(together.any(axis=others))
        box.append(slice(max(0, where[0] - 1), where[-1] + 2))
    return tuple(box)
