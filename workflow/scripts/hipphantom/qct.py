"""Simulated QCT of the hip: a density map projected to areal BMD, and its T-score."""

import numpy as np

from hipphantom.femur import neck_axis

REGIONS = ("femoral_neck", "trochanter", "intertrochanter", "total_hip")
PIXEL_MM = 1.0


def region_masks(femur, hip, *, neck_box_mm, lowest_mm):
    """Which voxels of a femur each region of the projection holds.

    Parameters
    ----------
    femur : Femur
    hip : Hip
    neck_box_mm : list of float
        Near and far edge of the neck box, mm along the neck from the neck-shaft crossing, in the
        model femur (head diameter 46 mm).
    lowest_mm : float
        Lower edge of the total hip in the model femur, mm above the crossing (so negative).

    Returns
    -------
    dict of str to ndarray of bool
        The trochanter and the intertrochanter meet in a line square to the neck's.
    """
    inside = femur.distance < 0
    along, across = (axis / np.float32(hip.scale) for axis in femur.neck)
    lateral, _, height = (axis / np.float32(hip.scale) for axis in femur.frame)
    near, far = neck_box_mm
    neck = inside & (along >= near) & (along < far)
    rest = inside & (along < near) & (height > lowest_mm)
    upper = height > 0.45 * lateral - 4.0
    return {
        "femoral_neck": neck,
        "trochanter": rest & upper,
        "intertrochanter": rest & ~upper,
        "total_hip": neck | rest,
    }


def areal_density(mineral_mg_cc, inside, plane, voxel_mm3):
    """Areal density of a region: its mineral over the area of its shadow.

    Parameters
    ----------
    mineral_mg_cc : ndarray
        Mineral of every voxel.
    inside : ndarray of bool
        The region.
    plane : tuple of ndarray
        Two coordinates in mm of every voxel in the plane of projection.
    voxel_mm3 : float

    Returns
    -------
    float
        g/cm².

    Examples
    --------
    A slab of 100 mg/cc, 20 mm deep, casts 0.2 g/cm²:

    >>> depth, height, width = np.mgrid[0:20, 0:30, 0:30].astype(float)
    >>> slab = np.full(depth.shape, 100.0)
    >>> round(areal_density(slab, slab > 0, (height, width), 1.0), 6)
    0.2
    """
    pixels = [np.floor(axis[inside] / PIXEL_MM).astype(np.int64) for axis in plane]
    pixels = [p - p.min() for p in pixels]
    shadow = np.unique(pixels[0] * (pixels[1].max() + 1) + pixels[1]).size * PIXEL_MM**2
    grams = float(mineral_mg_cc[inside].sum(dtype=np.float64)) * voxel_mm3 * 1e-6
    return grams / (shadow * 1e-2)


def project(bone, femur, hip, voxel_mm3, **regions):
    """Areal density of every region as cortex plus trabeculae at scale 1.

    Returns
    -------
    dict of str to tuple of float
        Region to (cortical, trabecular) g/cm²; the bone's own density is
        ``cortical + trabecular_scale * trabecular``.
    """
    lateral, backward, _ = neck_axis(hip)
    width = (lateral * femur.frame[0] + backward * femur.frame[1]) / np.hypot(lateral, backward)
    plane = (width, femur.frame[2])
    return {
        region: tuple(
            areal_density(part, inside, plane, voxel_mm3)
            for part in (bone.cortical_mg_cc, bone.trabecular_mg_cc)
        )
        for region, inside in region_masks(femur, hip, **regions).items()
    }


def trabecular_scale(projected, target_t, *, reference, limits):
    """Trabecular scale at which the lower T-score of femoral neck and total hip is the target.

    Parameters
    ----------
    projected : dict
        From `project`.
    target_t : float
    reference : dict of str to list of float
        Region to young adult ``[mean, standard deviation]``, g/cm².
    limits : list of float
        Smallest and largest scale that bone can have.

    Returns
    -------
    float
    """
    needed = []
    for region in ("femoral_neck", "total_hip"):
        mean, spread = reference[region]
        cortical, trabecular = projected[region]
        needed.append((mean + target_t * spread - cortical) / trabecular)
    return float(np.clip(max(needed), *limits))


def measure(rng, projected, scale, *, reference, precision_g_cm2):
    """What the simulated QCT reports: areal density with its precision error, and T-scores.

    Returns
    -------
    list of dict
        With `region`, `bmd_g_cm2`, `t_score`.
    """
    rows = []
    for region in REGIONS:
        cortical, trabecular = projected[region]
        error = precision_g_cm2[region] * rng.standard_normal()
        density = max(cortical + scale * trabecular + error, 0.05)
        mean, spread = reference[region]
        score = (density - mean) / spread
        rows.append({"region": region, "bmd_g_cm2": round(density, 4), "t_score": round(score, 2)})
    return rows
