"""Soft tissue: skin, fat, muscles with fat between them, pelvic organs, and the table."""

from dataclasses import dataclass

import numpy as np

from hipphantom.geometry import (
    Refiner,
    ellipsoid,
    occupancy,
    round_cone,
    smooth_noise,
    smooth_union,
)
from hipphantom.muscles import FAT, MUSCLES, VESSELS

AIR_HU, FAT_HU, SKIN_HU, ORGAN_HU, URINE_HU, GAS_HU = -1000.0, -104.0, 10.0, 38.0, 8.0, -850.0
SKIN_MM = 1.8
TABLE_RADIUS_MM, TABLE_SHELL_HU, TABLE_CORE_HU = 420.0, -150.0, -930.0
COARSE_MM = (5.0, 2.5, 2.5)


@dataclass
class Tissue:
    """Soft-tissue surfaces on a coarse grid, read one axial slice at a time."""

    refiner: Refiner
    fields: dict
    muscle_hu: float
    muscle_fat: float
    table: np.ndarray
    width_mm: float

    def slice(self, number):
        """CT numbers of one axial slice without bone, shape (y, x)."""
        field = {name: self.refiner.slice(f, number) for name, f in self.fields.items()}
        texture = field["texture"]
        strands = np.exp(-((texture / 0.10) ** 2))
        hu = FAT_HU + 5 * texture + 26 * strands
        muscle = occupancy(field["muscle"], self.width_mm)
        streaks = np.clip(texture - 1.7 + 1.6 * self.muscle_fat, 0, 1)
        hu += muscle * (self.muscle_hu + 3 * texture - 75 * streaks - hu)
        for name, value in (("organ", ORGAN_HU), ("water", URINE_HU), ("gas", GAS_HU)):
            hu += occupancy(field[name], self.width_mm) * (value - hu)
        body = field["body"]
        hu += occupancy(-body - SKIN_MM, self.width_mm) * (SKIN_HU - hu)
        return hu + occupancy(-body, self.width_mm) * (self.table - hu)


def build_tissue(rng, grid, body, hips):
    """Lay out the soft tissue of one patient.

    Parameters
    ----------
    rng : numpy.random.Generator
    grid : Grid
        Of the CT.
    body : Body
    hips : dict of str to Hip

    Returns
    -------
    Tissue
    """
    coarse = grid.coarser(COARSE_MM)
    surface = body_surface(rng, coarse, body)
    z, y, x = coarse.axes()
    wobble = [3.0 * smooth_noise(rng, coarse, 45.0) for _ in range(3)]
    world = (x + wobble[2], y + wobble[1], z + wobble[0])
    angle = np.clip(y / body.half_depth_mm, -1, 1)
    deep = surface + body.fat_mm * (0.85 + 0.18 * angle) * (1 + 0.08 * wobble[0])
    cavity = _cavity(world, body)
    muscle = np.maximum(np.maximum(_muscles(world, body), deep), 2 - cavity)
    fields = {
        "body": surface,
        "muscle": np.maximum(muscle, -_vessels(world, body, FAT) - 3),
        "texture": smooth_noise(rng, coarse, 11.0),
        **_organs(rng, world, body, cavity),
    }
    vessels = _vessels(world, body, VESSELS)
    fields["organ"] = np.minimum(fields["organ"], vessels)
    return Tissue(
        Refiner(coarse, grid),
        fields,
        body.muscle_hu,
        body.muscle_fat,
        table_slice(grid, body),
        grid.spacing_mm[1],
    )


def body_surface(rng, grid, body):
    """Signed distance to the skin: trunk above, two thighs below, flat where the patient lies."""
    z, y, x = grid.axes()
    wide, deep = body.half_width_mm, body.half_depth_mm
    uneven = 2.5 * smooth_noise(rng, grid, 70.0)
    waist = 1 - 0.07 * np.clip((z - 10) / 80, 0, 1.5)
    shape = (np.abs(x) / (wide * waist)) ** 2.5 + (np.abs(y - 4) / deep) ** 2.3
    trunk = (shape ** np.float32(1 / 2.4) - 1) * np.float32(deep)
    trunk = smooth_max(trunk, -72 - z, 25.0)
    inner, outer = 3.0, wide - np.clip(-z - 40, 0, 90) * 0.12
    centre, half = (inner + outer) / 2, (outer - inner) / 2
    thigh = np.sqrt(((np.abs(x) - centre) / half) ** 2 + ((y - 2) / (0.88 * deep)) ** 2)
    thighs = np.maximum((thigh - 1) * np.float32(70.0), z - 10)
    surface = smooth_union(trunk, thighs, 14.0)
    if body.sex == "M":
        genitals = ellipsoid((x, y, z), (0, -0.72 * deep, -95.0), (24.0, 34.0, 42.0))
        surface = smooth_union(surface, genitals, 6.0)
    cleft = round_cone((x, y), (0.0, deep * 0.70), (0.0, deep * 1.3), radii=(1.0, 6.0))
    surface = np.maximum(surface, -cleft - 0.2 * np.clip(z + 15, 0, 200))
    return smooth_max(surface, y - table_mm(body), 12.0) + uneven


def table_mm(body):
    """Distance of the table's surface behind the hips, mm: there the patient's back lies."""
    return 0.86 * body.half_depth_mm + 4


def smooth_max(first, second, blend_mm):
    """Intersection of two shapes with a rounded edge."""
    return -smooth_union(-first, -second, blend_mm)


def table_slice(grid, body):
    """CT numbers of air and table behind a patient, shape (y, x); the same in every slice."""
    _, y, x = (axis[0] for axis in grid.axes())
    centre = table_mm(body) + 10 - TABLE_RADIUS_MM
    depth = np.hypot(x, y - centre) - TABLE_RADIUS_MM
    hu = AIR_HU + occupancy(np.abs(depth - 12) - 12, 0.8) * (TABLE_CORE_HU - AIR_HU)
    for surface in (0.0, 24.0):
        hu = hu + occupancy(np.abs(depth - surface) - 1.0, 0.8) * (TABLE_SHELL_HU - hu)
    return hu.astype(np.float32)


def _model_frame(world, body, side):
    """World coordinates as the muscle table has them: one side, at the model's size."""
    x, y, z = world
    outward = -1 if side == "right" else 1
    lateral = (outward * x - body.hip_distance_mm / 2) * np.float32(170 / body.half_width_mm)
    room = max(body.half_depth_mm - body.fat_mm, 55) / 80
    return (lateral, y / np.float32(room), z / np.float32(body.scale))


def _path(points, path, radius):
    """Distance to a bent rod of one radius."""
    legs = [
        round_cone(points, a, b, radii=(radius, radius))
        for a, b in zip(path[:-1], path[1:], strict=True)
    ]
    return np.minimum.reduce(legs)


def _muscles(world, body):
    """Signed distance to all muscle: nearest muscle fills the room, fat planes part neighbours."""
    nearest = second = None
    for side in ("right", "left"):
        points = _model_frame(world, body, side)
        for path, radius in MUSCLES.values():
            distance = _path(points, path, radius)
            if nearest is None:
                nearest, second = distance, np.full_like(distance, 1e3)
                continue
            second = np.minimum(second, np.maximum(distance, nearest))
            nearest = np.minimum(nearest, distance)
    plane = 0.2 + 2.4 * body.muscle_fat - 0.5 * (second - nearest)
    return np.maximum(nearest - (20 - 11 * body.muscle_fat), plane)


def _vessels(world, body, table):
    """Signed distance to the vessels, nerves and nodes, or fat pads, of both sides."""
    return np.minimum.reduce(
        [
            _path(_model_frame(world, body, side), path, radius)
            for side in ("right", "left")
            for path, radius in table.values()
        ]
    )


def _cavity(world, body):
    """Signed distance to the pelvic cavity, whose floor is the pelvic diaphragm."""
    x, y, z = world
    half = body.hip_distance_mm / 2 - 40 * body.scale
    width = half + 0.55 * np.clip(z - 25, 0, 100) + 0.35 * np.clip(z, -60, 0)
    depth = 0.60 * (body.half_depth_mm - body.fat_mm) + 6
    section = np.sqrt((x / width) ** 2 + ((y - 8) / depth) ** 2)
    return smooth_max((section - 1) * np.float32(depth), -48 - z, 15.0)


def _organs(rng, world, body, cavity):
    """Bladder, rectum, uterus or prostate, bowel loops and their gas."""
    size = body.bladder_mm
    water = ellipsoid(world, (rng.normal(0, 3), -20, 14), (1.25 * size, 0.9 * size, 0.85 * size))
    wall = water - 3.5
    middle = (0, 14, 8), (24, 17, 22)
    if body.sex == "M":
        middle = (0, 2, -22), (22, 16, 17)
    organ = np.minimum(wall, ellipsoid(world, *middle))
    rectum = _path(world, [(0, 44, 70), (2, 50, 15), (0, 38, -45)], 15.0)
    organ = np.minimum(organ, rectum)
    gas = _path(world, [(rng.normal(0, 4), 40, 55), (0, 46, 20)], rng.uniform(2, 8))
    for _ in range(9):
        start = rng.uniform([-75, -45, 48], [75, 25, 110])
        loop = _path(world, [start, start + rng.normal(0, 26, 3)], rng.uniform(10, 15))
        organ = np.minimum(organ, loop)
        if rng.random() < 0.45:
            gas = np.minimum(gas, loop + rng.uniform(5, 9))
    inside = cavity + 2
    return {
        "organ": np.maximum(organ, inside),
        "water": np.maximum(water, inside),
        "gas": np.maximum(gas, inside),
    }
