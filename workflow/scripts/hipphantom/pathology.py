"""Reasons for exclusion: hip replacements, fractures, metastases, incomplete scans."""

from dataclasses import dataclass, field

import numpy as np

from hipphantom.femur import lesser_trochanter_mm, neck_axis
from hipphantom.geometry import occupancy, round_cone

METAL_HU = 9000.0  # before the scanner's 12 bits cut it off
METAL_STREAK_HU = 250.0  # strength of the streaks from metal
LESION_HU = {"lytic": 45.0, "sclerotic": 620.0}


@dataclass(frozen=True)
class Pathology:
    """What of a patient's reason for exclusion the CT shows.

    Attributes
    ----------
    implant, fracture : tuple of str
        Sides with a hip replacement or a fracture of the neck.
    shift_mm : tuple of float
        Displacement of the broken-off shaft: lateral, posterior, superior.
    break_fraction : float
        Where the neck broke, as a fraction of its length from the shaft.
    cut : str
        Empty, "below" (scan ends above the lesser trochanter) or "above" (starts in the head).
    cut_fraction : float
        Where in the range of possible ends the scan ends.
    lesions : tuple of tuple
        Metastases: side, radius in mm, lytic or sclerotic, position relative to the head centre.
    """

    implant: tuple = ()
    fracture: tuple = ()
    shift_mm: tuple = (0.0, 0.0, 0.0)
    break_fraction: float = 0.5
    cut: str = ""
    cut_fraction: float = 0.5
    lesions: tuple = field(default=())


def draw_pathology(rng, exclusion):
    """What one patient's CT shows of a reason for exclusion.

    Parameters
    ----------
    rng : numpy.random.Generator
    exclusion : str
        Reason; empty, or a metastasis outside bone, leaves the hips as they are.
    """
    side = str(rng.choice(["right", "left"]))
    if exclusion == "hip replacement":
        return Pathology(implant=(side,) if rng.random() < 0.75 else ("right", "left"))
    if exclusion == "hip fracture":
        shift = (rng.uniform(-2, 4), rng.uniform(2, 8), rng.uniform(8, 18))
        broken_at = float(rng.uniform(0.42, 0.6))
        return Pathology(fracture=(side,), shift_mm=shift, break_fraction=broken_at)
    if exclusion == "incomplete CT":
        cut = "below" if rng.random() < 0.8 else "above"
        return Pathology(cut=cut, cut_fraction=float(rng.uniform(0.25, 0.75)))
    if exclusion == "bone metastasis":
        return Pathology(lesions=tuple(_lesion(rng) for _ in range(int(rng.integers(2, 6)))))
    return Pathology()


def _lesion(rng):
    """One metastasis: in a femur or in the hip bone beside it."""
    centres = [(30, 5, -45), (12, 0, -14), (0, 0, 2), (-6, 4, 38), (-16, 26, -32), (-40, -22, -8)]
    centre = np.array(centres[int(rng.integers(len(centres)))]) + rng.normal(0, 4, 3)
    kind = "lytic" if rng.random() < 0.6 else "sclerotic"
    side = str(rng.choice(["right", "left"]))
    return side, float(rng.uniform(6, 14)), kind, tuple(float(c) for c in centre)


def impaction(femur, hip, pathology, side):
    """Extra mineral in mg/cc of the dense line where a broken neck is driven together."""
    if side not in pathology.fracture:
        return np.float32(0)
    gap = femur.neck[0] - pathology.break_fraction * hip.neck_length_mm
    return np.float32(260) * np.exp(-((gap / 2.0) ** 2)) * (femur.distance < 0)


def lesion_fraction(hips, pathology, grid, kind):
    """Fraction of each voxel that is metastasis of one kind, 0 to 1; None if there is none."""
    if kind not in {lesion[2] for lesion in pathology.lesions}:
        return None
    z, y, x = grid.axes()
    fraction = np.zeros(grid.shape, np.float32)
    for side, radius, what, (lateral, posterior, superior) in pathology.lesions:
        if what != kind:
            continue
        outward = -1 if side == "right" else 1
        cz, cy, cx = hips[side].centre_mm
        centre = (cz + superior, cy + posterior, cx + outward * lateral)
        away = np.sqrt((z - centre[0]) ** 2 + (y - centre[1]) ** 2 + (x - centre[2]) ** 2)
        uneven = 1 + 0.15 * np.sin(x / 3.1) * np.cos(y / 2.7 + z / 3.7)
        fraction = np.maximum(fraction, occupancy(away - radius * uneven, 2.0))
    return fraction


def implant(grid, hip, side):
    """Signed distances to a hip prosthesis' metal, and to the bone it replaced.

    Returns
    -------
    metal, resected : ndarray of float32, shape (z, y, x)
    """
    z, y, x = grid.axes()
    outward = -1 if side == "right" else 1
    points = (outward * (x - hip.centre_mm[2]), y - hip.centre_mm[1], z - hip.centre_mm[0])
    shaft = -neck_axis(hip) * hip.neck_length_mm
    head = round_cone(points, (0, 0, 0), (-0.01, 0, 0), radii=(15.0, 15.0))
    away = head + 15.0
    opening = 0.65 * points[0] - 0.25 * points[1] - 0.70 * points[2]
    radius = hip.head_radius_mm + 1.5
    cup = np.maximum(np.maximum(away - radius, radius - 3.5 - away), opening - 2)
    neck = round_cone(points, (3, 0, -3), shaft, radii=(6.5, 8.0))
    stem = round_cone(points, shaft, shaft + np.array([-3, 2, -130.0]), radii=(9.0, 5.0))
    metal = np.minimum(np.minimum(head, cup), np.minimum(neck, stem))
    resected = np.maximum(away - radius - 2, -points[2] - 0.75 * hip.neck_length_mm)
    return metal.astype(np.float32), resected


def draw_metal_streaks(rng, image, pixel_mm):
    """Dark and bright rays from the metal of one axial slice, HU to add."""
    metal = np.clip((image - 2500) / 2000, 0, 1)
    mass = float(metal.sum())
    if mass < 3:
        return np.float32(0)
    rows, columns = np.nonzero(metal)
    y, x = (np.arange(n, dtype=np.float32) for n in image.shape)
    total = np.zeros(image.shape, np.float32)
    left = columns < image.shape[1] / 2
    for chosen in (left, ~left):
        if chosen.sum() < 3:
            continue
        cy, cx = rows[chosen].mean(), columns[chosen].mean()
        angle = np.arctan2(y[:, None] - cy, x[None, :] - cx)
        reach = np.hypot(y[:, None] - cy, x[None, :] - cx) * pixel_mm
        rays = rng.normal(0, 1, 9)
        phases = rng.uniform(0, 2 * np.pi, 9)
        wave = sum(
            r * np.sin(n * angle + p)
            for n, (r, p) in enumerate(zip(rays, phases, strict=True), start=4)
        )
        dark = -1.2 * np.exp(-((np.sin(angle) / 0.12) ** 2))
        total += (wave * 0.35 + dark) * np.exp(-reach / 60) * min(chosen.sum() / 300, 1.5)
    return np.float32(METAL_STREAK_HU) * total * (1 - metal)


def scanned_slices(pathology, grid, hips):
    """Slices of the planned scan that the scanner acquired."""
    if not pathology.cut:
        return slice(0, grid.shape[0])
    low = min(lesser_trochanter_mm(hip) for hip in hips.values())
    high = max(hip.centre_mm[0] + hip.head_radius_mm for hip in hips.values())
    if pathology.cut == "below":
        height = low + 6 + pathology.cut_fraction * (high - low - 10)
        first = int((height - grid.origin_mm[0]) / grid.spacing_mm[0])
        return slice(first, grid.shape[0])
    height = high - 4 - pathology.cut_fraction * 20
    return slice(0, int((height - grid.origin_mm[0]) / grid.spacing_mm[0]))
