"""The scanned volume: its range, and every bone and implant in it, painted slice by slice."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from hipphantom import pelvis
from hipphantom.femur import lesser_trochanter_mm
from hipphantom.geometry import Grid, Refiner, occupancy, smooth_noise
from hipphantom.pathology import LESION_HU, METAL_HU, impaction, implant, lesion_fraction
from hipphantom.soft_tissue import table_mm

ROOF_MM = 7.0  # depth of the dense bone over the femoral head
PELVIS_MM = (2.5, 1.6, 1.6)
PELVIC_CORTEX_MM, PELVIC_CORTEX_HU, PELVIC_TRABECULAR_HU = 1.2, 880.0, 105.0
CARTILAGE_HU, BONE_WATER_HU = 75.0, 40.0


@dataclass
class Painter:
    """One bone or implant: its window of the CT, and how it changes a slice of that window."""

    window: tuple
    change: callable

    def paint(self, image, number):
        """Change one axial slice in place, within the window."""
        z, y, x = self.window
        if z.start <= number < z.stop:
            image[y, x] = self.change(image[y, x], number - z.start)


def plan_scan(body, hips, *, spacing_mm, above_heads_mm, below_trochanters_mm, air_mm):
    """Voxels of the planned scan: the range of the protocol, the width and depth of the body.

    Parameters
    ----------
    body : Body
    hips : dict of str to Hip
    spacing_mm : list of float, (x, y, z)
    above_heads_mm, below_trochanters_mm : float
        Scan range beyond the femoral heads and the lesser trochanters.
    air_mm : float
        Air shown beside the body; the reconstruction is cropped there.

    Returns
    -------
    Grid
    """
    bottom = min(lesser_trochanter_mm(hip) for hip in hips.values()) - below_trochanters_mm
    top = max(h.centre_mm[0] + h.head_radius_mm for h in hips.values()) + above_heads_mm
    low = (bottom, -body.half_depth_mm - air_mm, -body.half_width_mm - air_mm)
    high = (top, table_mm(body) + 40 + air_mm, body.half_width_mm + air_mm)
    spacing = tuple(float(s) for s in reversed(spacing_mm))
    shape = tuple(
        int(np.ceil((b - a) / s / 4)) * 4 for a, b, s in zip(low, high, spacing, strict=True)
    )
    return Grid(tuple(float(v) for v in low), spacing, shape)


def compose_scene(draw, grid, body, sides, pathology, hu_per_mg_cc):
    """Bones and implants of a scan in the order in which they are painted.

    Parameters
    ----------
    draw : callable
        ``draw(*names)``: the patient's random stream for a purpose.
    grid : Grid
    body : Body
    sides : dict of str to Side
    pathology : Pathology
    hu_per_mg_cc : float
        CT numbers per mg/cc of mineral.

    Returns
    -------
    list of Painter
    """
    hips = {name: side.hip for name, side in sides.items()}
    lesions = partial(lesion_fraction, hips, pathology)
    painters = [place_sacrum(draw("sacrum"), grid, hips, body, lesions)]
    for name, hip in hips.items():
        painters.append(place_hip_bone(draw("pelvis", name), grid, hip, body, name, lesions))
    for name, side in sides.items():
        extra = impaction(side.femur, side.hip, pathology, name)
        painters.append(place_femur(side, extra, lesions, hu_per_mg_cc))
    for name in pathology.implant:
        painters.append(place_implant(grid, hips[name], name))
    return painters


def place_femur(side, extra_mg_cc, lesions, hu_per_mg_cc):
    """A femur ready to be painted, with any metastases and the dense line of a fracture."""
    bone = side.bone
    mineral = bone.mineral(side.scale) + extra_mg_cc
    hu = (bone.filled - bone.cortex) * bone.marrow_hu + bone.cortex * np.float32(BONE_WATER_HU)
    hu += np.float32(hu_per_mg_cc) * mineral
    for kind, lesion_hu in LESION_HU.items():
        fraction = lesions(side.crop, kind)
        if fraction is not None:
            hu += fraction * (bone.filled * lesion_hu - hu)
    empty = 1 - bone.filled
    return Painter(side.femur.window, lambda image, k: image * empty[k] + hu[k])


def place_hip_bone(rng, grid, hip, body, side, lesions):
    """One hip bone with its socket, ready to be painted."""
    reach = body.hip_distance_mm / 2 + 4
    z, y, x = hip.centre_mm
    low_x, high_x = (x - 62, x + reach) if side == "right" else (x - reach, x + 62)
    window = grid.window((-1e4, y - 75, low_x), (1e4, y + 90, high_x))
    crop = grid.crop(window)
    coarse = crop.coarser(PELVIS_MM)
    field = pelvis.hip_bone(rng, coarse, hip, body, side)
    filling = PelvicFilling(rng, coarse, crop, body, lesions)
    refiner = Refiner(coarse, crop)
    planes = crop.axes()
    outward = -1 if side == "right" else 1

    def paint(image, k):
        points = (outward * (planes[2][0] - x), planes[1][0] - y, planes[0][k] - z)
        head = np.sqrt(sum(p**2 for p in points)) - np.float32(hip.head_radius_mm)
        distance = refiner.slice(field, k)
        hollowed = pelvis.socket(distance, head, hip, points)
        gap = occupancy(np.maximum(head - hip.joint_space_mm, distance - 1), crop.spacing_mm[1])
        image = image + gap * (CARTILAGE_HU - image)
        above = 0.5 + 0.5 * points[2] / (head + np.float32(hip.head_radius_mm + 1e-3))
        roof = hip.acetabular_roof_hu * above * np.exp(-np.maximum(head, 0) / np.float32(ROOF_MM))
        return filling.paint(image, hollowed, k, crop.spacing_mm[1], denser_hu=roof)

    return Painter(window, paint)


def place_sacrum(rng, grid, hips, body, lesions):
    """The sacrum and coccyx, ready to be painted."""
    window = grid.window((-5, 20, -70), (1e4, 115, 70))
    crop = grid.crop(window)
    coarse = crop.coarser(PELVIS_MM)
    field = pelvis.sacrum(rng, coarse, hips, body)
    filling = PelvicFilling(rng, coarse, crop, body, lesions)
    refiner = Refiner(coarse, crop)
    return Painter(
        window,
        lambda image, k: filling.paint(
            image, refiner.slice(field, k), k, crop.spacing_mm[1], denser_hu=0
        ),
    )


class PelvicFilling:
    """Cortex and spongy bone of the pelvis, with any metastases.

    Parameters
    ----------
    rng : numpy.random.Generator
    coarse, crop : Grid
    body : Body
    lesions : callable
        ``lesions(grid, kind)``: fraction of metastasis in each voxel of a grid, or None.
    """

    def __init__(self, rng, coarse, crop, body, lesions):
        self.refiner = Refiner(coarse, crop)
        self.thickness = (
            PELVIC_CORTEX_MM * body.pelvic_cortex * np.exp(0.40 * smooth_noise(rng, coarse, 25.0))
        )
        marrow = 55 * smooth_noise(rng, coarse, 12.0) + 35 * smooth_noise(rng, coarse, 6.5)
        self.spongy = PELVIC_TRABECULAR_HU * body.pelvic_density + marrow
        self.lesions = {kind: lesions(coarse, kind) for kind in LESION_HU}
        self.cortex_hu = PELVIC_CORTEX_HU * body.pelvic_density**0.3

    def paint(self, image, distance, number, width_mm, *, denser_hu):
        """One axial slice with the bone of a given signed distance in it, its core made denser."""
        thickness = self.refiner.slice(self.thickness, number)
        filled = occupancy(distance, width_mm)
        core = np.minimum(occupancy(distance + thickness, 1.6 * width_mm), filled)
        spongy = self.refiner.slice(self.spongy, number)
        spongy = spongy + denser_hu + 170 * np.exp(np.minimum(distance + thickness, 0) / 2.2)
        bone = filled * self.cortex_hu + core * (spongy - self.cortex_hu)
        for kind, coarse in self.lesions.items():
            if coarse is not None:
                fraction = self.refiner.slice(coarse, number)
                bone += fraction * filled * (LESION_HU[kind] - bone)
        return image * (1 - filled) + bone


def place_implant(grid, hip, side):
    """A hip prosthesis, ready to be painted over the bone it replaced."""
    z, y, x = hip.centre_mm
    window = grid.window((-1e4, y - 45, x - 75), (z + 45, y + 60, x + 75))
    crop = grid.crop(window)
    metal, resected = implant(crop, hip, side)
    width = crop.spacing_mm[1]

    def paint(image, k):
        image = image + occupancy(resected[k], 3.0) * (50 - image) * (image > 60)
        return image + occupancy(metal[k], width) * (METAL_HU - image)

    return Painter(window, paint)
