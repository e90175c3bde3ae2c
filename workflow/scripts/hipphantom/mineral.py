"""Bone mineral inside a femur: cortex, trabecular groups, and the marrow between them."""

from dataclasses import dataclass

import numpy as np

from hipphantom.femur import neck_axis
from hipphantom.geometry import ellipsoid, occupancy, round_cone, smooth_noise

CORTEX_MG_CC = 920.0  # K2HPO4-equivalent of compact bone; about 1,200 HU at 120 kVp
# Cortical thickness in mm at mid-neck, above and below (about 65 years: Poole 2010, JBMR 25:482),
# of the head's shell and of the trochanters.
NECK_CORTEX_ABOVE_MM, NECK_CORTEX_BELOW_MM = 0.9, 2.8
HEAD_CORTEX_MM, TROCHANTER_CORTEX_MM = 0.5, 0.8
CALCAR_CORTEX_MM = 2.0  # more, on the medial side below the neck
SHAFT_HEIGHT_MM = [-100.0, -75.0, -55.0, -38.0, -22.0, -5.0]
SHAFT_CORTEX_MM = [6.2, 5.7, 4.9, 3.7, 2.5, 1.6]
# Trabecular mineral in mg/cc where the trabecular scale is 1.
HEAD_MG_CC, NECK_MG_CC, TROCHANTER_MG_CC = 128.0, 68.0, 80.0
COMPRESSIVE_MG_CC, TENSILE_MG_CC, UNDER_CORTEX_MG_CC = 130.0, 48.0, 80.0


@dataclass
class Bone:
    """What one femur's voxels hold.

    Attributes
    ----------
    filled : ndarray of float32
        Fraction of the voxel inside the bone, 0 to 1.
    cortex : ndarray
        Fraction of the voxel that is compact bone.
    cortical_mg_cc, trabecular_mg_cc : ndarray
        Mineral of compact bone, and of trabecular bone at a trabecular scale of 1.
    marrow_hu : ndarray
        CT number of what lies between the trabeculae.
    cortex_mm : ndarray
        Thickness of compact bone that the voxel's nearest surface carries.
    """

    filled: np.ndarray
    cortex: np.ndarray
    cortical_mg_cc: np.ndarray
    trabecular_mg_cc: np.ndarray
    marrow_hu: np.ndarray
    cortex_mm: np.ndarray

    def mineral(self, trabecular_scale):
        """Mineral in mg/cc of every voxel for one trabecular scale."""
        return self.cortical_mg_cc + np.float32(trabecular_scale) * self.trabecular_mg_cc


def mineralise(rng, femur, grid, hip):
    """Fill a femur with cortex, trabeculae and marrow.

    Parameters
    ----------
    rng : numpy.random.Generator
    femur : Femur
    grid : Grid
        The grid of the femur's window.
    hip : Hip

    Returns
    -------
    Bone
    """
    weights = _regions(femur, hip)
    width = float(np.mean(grid.spacing_mm))
    thickness = _cortex_mm(femur, hip, weights)
    thickness *= np.exp(0.28 * smooth_noise(rng, grid, 18.0))
    filled = occupancy(femur.distance, width)
    core = occupancy(femur.distance + thickness, width + 0.15 * thickness)
    core = np.minimum(core, filled)
    trabecular = core * _trabecular_mg_cc(femur, hip, weights, thickness)
    trabecular *= _texture(rng, grid, hip)
    compact = (filled - core) * np.float32(CORTEX_MG_CC * hip.cortex_density)
    return Bone(
        filled=filled,
        cortex=filled - core,
        cortical_mg_cc=compact + core * femur.calcar * np.float32(hip.calcar_mg_cc),
        trabecular_mg_cc=np.maximum(trabecular, 0),
        marrow_hu=_marrow_hu(rng, grid, hip, weights),
        cortex_mm=thickness,
    )


def _step(value, width):
    """Smooth step from 0 to 1 around zero."""
    return 1 / (1 + np.exp(np.clip(-value / np.float32(width), -30, 30)))


def _regions(femur, hip):
    """Weights of head, neck, trochanters and shaft in each voxel; their sum is 1."""
    along, scale = femur.neck[0], hip.scale
    head = _step(along - (hip.neck_length_mm - 0.72 * hip.head_radius_mm), 2.0 * scale)
    neck = _step(along - 14 * scale, 3.0 * scale) * (1 - head)
    shaft = _step(-femur.frame[2] - 30 * scale, 5.0 * scale) * (1 - head) * (1 - neck)
    return {"head": head, "neck": neck, "shaft": shaft, "trochanter": 1 - head - neck - shaft}


def _cortex_mm(femur, hip, weights):
    """Thickness of compact bone that a voxel's nearest surface carries."""
    lateral, posterior, height = (axis / np.float32(hip.scale) for axis in femur.frame)
    around = np.sqrt(lateral**2 + posterior**2) + 1e-3
    medial = np.clip(-lateral / around, 0, 1)
    across = femur.neck[1] / np.float32(hip.scale)
    below = _step(-across - 2, 4.0)
    neck = NECK_CORTEX_ABOVE_MM + (NECK_CORTEX_BELOW_MM - NECK_CORTEX_ABOVE_MM) * below
    shaft = np.interp(height, SHAFT_HEIGHT_MM, SHAFT_CORTEX_MM).astype(np.float32)
    calcar = medial**2 * _step(8 - height, 6.0)
    trochanter = np.maximum(TROCHANTER_CORTEX_MM, 0.72 * shaft) + CALCAR_CORTEX_MM * calcar
    trochanter = np.where(height > 0, TROCHANTER_CORTEX_MM + CALCAR_CORTEX_MM * calcar, trochanter)
    lesser = np.exp(-(((height + 25) / 8) ** 2)) * np.clip((posterior - 10) / 5, 0, 1)
    shaft, trochanter = (mm * (1 - 0.65 * lesser * medial) for mm in (shaft, trochanter))
    thickness = (
        weights["head"] * HEAD_CORTEX_MM
        + weights["neck"] * neck
        + weights["trochanter"] * trochanter
        + weights["shaft"] * shaft * (1 + 0.15 * medial)
    )
    return thickness * np.float32(hip.scale * hip.cortex_factor)


def _trabecular_mg_cc(femur, hip, weights, thickness):
    """Trabecular mineral: regions, the two great groups of trabeculae, Ward's triangle."""
    points = tuple(axis / np.float32(hip.scale) for axis in femur.frame)
    centre = neck_axis(hip) * hip.neck_length_mm / hip.scale
    groups = COMPRESSIVE_MG_CC * _compressive(points, centre) + (
        TENSILE_MG_CC * hip.tensile_factor * _tensile(points, centre)
    )
    density = (
        weights["head"] * HEAD_MG_CC * hip.head_factor
        + weights["neck"] * NECK_MG_CC * hip.neck_factor
        + weights["trochanter"] * TROCHANTER_MG_CC
    )
    density = density + groups * (1 - weights["shaft"])
    hollow = occupancy(ellipsoid(points, 0.42 * centre + [0, 0, 1.5], (8, 9, 7)), 8.0)
    greater = _step(points[2] - 2, 4.0) * _step(points[0] - 3, 4.0)
    density *= (1 - 0.5 * hollow) * (1 - 0.45 * greater)
    depth = np.maximum(-femur.distance - thickness, 0)
    density += UNDER_CORTEX_MG_CC * np.exp(-depth / 3.5) * (1 - weights["head"])
    return density * _step(points[2] + 48, 6.0)


def _compressive(points, centre):
    """Principal compressive group: a fan from the top of the head to the calcar."""
    top = centre + np.array([2.0, 0.0, 17.0])
    return occupancy(round_cone(points, top, (-11.0, 0.0, -8.0), radii=(12.0, 5.0)), 11.0)


def _tensile(points, centre):
    """Principal tensile group: an arch from the lower head through the neck to the side."""
    crown = 0.45 * centre + np.array([0.0, 0.0, 11.0])
    arch = np.minimum(
        round_cone(points, centre + [-8, 0, -8], crown, radii=(7.0, 6.0)),
        round_cone(points, crown, (17.0, 1.0, -14.0), radii=(6.0, 5.0)),
    )
    return occupancy(arch, 9.0)


def _texture(rng, grid, hip):
    """Struts: noise drawn out along the compressive and the tensile direction, mean 1."""
    fine = np.zeros(grid.shape, np.float32)
    lengths = [8.0, 5.0]
    for direction, length in zip(_strut_directions(hip), lengths, strict=True):
        noise = rng.standard_normal(grid.shape, dtype=np.float32)
        fine += _drawn_out(noise, direction, length, grid.spacing_mm)
    coarse = smooth_noise(rng, grid, 7.0)
    blend = 0.65 * fine / fine.std() + 0.80 * coarse
    return 1 + np.float32(hip.trabecular_contrast) * blend


def _strut_directions(hip):
    """Unit vectors (z, y, x) of the compressive and the tensile group in the patient's frame."""
    outward = np.sign(hip.centre_mm[2])
    return [np.array([0.94, 0.0, -0.34 * outward]), np.array([0.50, 0.0, -0.87 * outward])]


def _drawn_out(noise, direction, length_mm, spacing_mm):
    """Mean of copies of a noise field shifted along a direction."""
    steps = np.arange(-length_mm / 2, length_mm / 2 + 0.1, 1.1)
    shifts = {tuple(np.round(s * direction / spacing_mm).astype(int)) for s in steps}
    return sum(np.roll(noise, shift, axis=(0, 1, 2)) for shift in sorted(shifts))


def _marrow_hu(rng, grid, hip, weights):
    """CT number of marrow: yellow in head, greater trochanter and shaft, redder between."""
    red = (
        0.25 * weights["head"]
        + 1.0 * weights["neck"]
        + 0.9 * weights["trochanter"]
        + 0.25 * weights["shaft"]
    ) * hip.red_marrow
    patches = 1 + 0.35 * smooth_noise(rng, grid, 20.0)
    return np.float32(hip.yellow_marrow_hu) + np.float32(125.0) * red * patches
