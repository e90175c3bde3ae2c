"""Simulated QCT of the hip: a density map projected to areal BMD, and its T-score."""

import numpy as np

from hipphantom.femur import neck_axis

REGIONS = ("femoral_neck", "trochanter", "intertrochanter", "total_hip")
PIXEL_MM = 1.0
# Regions in the model femur (head diameter 46 mm): near and far edge of the femoral neck, a box of
# 15 mm along the neck from its crossing with the shaft; and the lower edge of the total hip, height
# above that crossing, about 1 cm below the lesser trochanter, where densitometry ends it.
NECK_BOX_MM = (16.0, 31.0)
TOTAL_HIP_LOWER_EDGE_MM = -44.0
TRABECULAR_SCALES = (0.2, 3.0)  # smallest and largest that bone can have


def region_masks(femur, hip):
    """Which voxels of a femur each region of the projection holds.

    Parameters
    ----------
    femur : Femur
    hip : Hip

    Returns
    -------
    dict of str to ndarray of bool
        The trochanter and the intertrochanter meet in a line square to the neck's.
    """
    inside = femur.distance < 0
    along, across = (axis / np.float32(hip.scale) for axis in femur.neck)
    lateral, _, height = (axis / np.float32(hip.scale) for axis in femur.frame)
    near, far = NECK_BOX_MM
    neck = inside & (along >= near) & (along < far)
    rest = inside & (along < near) & (height > TOTAL_HIP_LOWER_EDGE_MM)
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


def project(bone, femur, hip, voxel_mm3):
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
            areal_density(mineral, inside, plane, voxel_mm3)
            for mineral in (bone.cortical_mg_cc, bone.trabecular_mg_cc)
        )
        for region, inside in region_masks(femur, hip).items()
    }


def trabecular_scale(projected, target_t, *, reference):
    """Trabecular scale at which the lower T-score of femoral neck and total hip is the target.

    Parameters
    ----------
    projected : dict
        From `project`.
    target_t : float
    reference : dict of str to list of float
        Region to young adult ``[mean, standard deviation]``, g/cm².

    Returns
    -------
    float
    """
    needed = []
    for region in ("femoral_neck", "total_hip"):
        mean, spread = reference[region]
        cortical, trabecular = projected[region]
        needed.append((mean + target_t * spread - cortical) / trabecular)
    return float(np.clip(max(needed), *TRABECULAR_SCALES))


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
