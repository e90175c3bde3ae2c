"""The proximal femur as one implicit surface: head, neck, both trochanters, shaft."""

from dataclasses import dataclass

import numpy as np

from hipphantom.geometry import (
    ellipsoid,
    smooth_difference,
    smooth_noise,
    smooth_union,
    true_distance,
)
from hipphantom.trochanters import (
    calcar_fraction,
    greater_trochanter,
    lesser_trochanter,
    osteophytes,
    trochanteric_body,
)

# Shaft of the model femur (head diameter 46 mm): height from the neck-shaft crossing, and half
# widths mediolaterally and anteroposteriorly; the outer width follows canal widths of 28.5, 20.6
# and 17.0 mm near, 40 and 60 mm below the lesser trochanter (ISTA 2014-118) plus the cortex.
SHAFT_HEIGHT_MM = [-190.0, -100.0, -75.0, -55.0, -38.0, -20.0, 0.0, 14.0]
SHAFT_HALF_WIDTH_MM = [13.2, 13.8, 14.6, 15.6, 17.0, 18.5, 18.0, 12.0]
SHAFT_HALF_DEPTH_MM = [13.8, 14.0, 14.3, 14.8, 15.5, 16.0, 14.0, 9.0]
SHAFT_BOW_MM = [9.0, 1.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0]
# Neck: distance from the head centre towards the shaft in head radii, half height, half depth
# (30.8 x 25.7 mm in men, 27.8 x 22.1 mm in women at the waist: JMAT 2012;95:790).
NECK_POSITION = [-0.2, 0.55, 0.95, 1.35, 1.8, 2.4]
NECK_HALF_HEIGHT_MM = [15.5, 15.0, 13.9, 13.6, 15.0, 16.5]
NECK_HALF_DEPTH_MM = [14.5, 13.4, 11.9, 11.7, 12.5, 13.0]
# Points of the model femur that stand out to the sides, mm from the neck-shaft crossing.
EXTENT_MM = [
    *(
        (width, depth, height)
        for height in (-20, -45)
        for width in (-18, 18)
        for depth in (-16, 16)
    ),
    *((width, depth, -95) for width in (-14, 14) for depth in (-13, 16)),
    *((24, 0, 8), (24, 8, 8), (14, 21, 10), (10, 20, 24), (8, 12, 30), (-18, 20, -28)),
]


@dataclass
class Femur:
    """One femur on the voxels of its window of the CT.

    Attributes
    ----------
    window : tuple of slice, (z, y, x)
    distance : ndarray of float32
        Signed distance to the outer surface, mm.
    frame : tuple of ndarray
        Bone coordinates in mm from the neck-shaft crossing: lateral, posterior, superior.
    neck : tuple of ndarray
        Along the neck axis towards the head, and across it (superior positive), mm.
    head : ndarray
        Signed distance to the sphere of the head, mm.
    calcar : ndarray
        Fraction of each voxel in the plate under the lesser trochanter, 0 to 1.
    trochanter_slice : int
        Slice of the CT at the lower edge of the lesser trochanter.
    """

    window: tuple
    distance: np.ndarray
    frame: tuple
    neck: tuple
    head: np.ndarray
    calcar: np.ndarray
    trochanter_slice: int


def build_femur(rng, grid, hip, side, pathology):
    """Shape one femur on a CT's grid.

    Parameters
    ----------
    rng : numpy.random.Generator
        For the low-order unevenness that no two bones share.
    grid : Grid
        Of the whole CT.
    hip : Hip
    side : {"right", "left"}
    pathology : Pathology
        A fracture displaces the shaft.

    Returns
    -------
    Femur
    """
    window = _window(grid, hip, side)
    grid = grid.crop(window)
    frame = [
        axis + 0.9 * hip.scale * smooth_noise(rng, grid, 45.0)
        for axis in bone_frame(grid, hip, side)
    ]
    return shape_femur(rng, grid, hip, displace(frame, hip, pathology, side), window)


def shape_femur(rng, grid, hip, frame, window):
    """The bone's surface in given bone coordinates (see `bone_frame`)."""
    points = tuple(axis / np.float32(hip.scale) for axis in frame)
    centre = neck_axis(hip) * hip.neck_length_mm / hip.scale
    along, across, level = neck_coordinates(points, hip)
    head = _head(points, centre, hip)
    shaft = _shaft(points, hip.shaft_width)
    lesser = lesser_trochanter(points, hip)
    body = smooth_union(shaft, trochanteric_body(points), 8.0)
    neck = _neck(along, across, level, hip)
    distance = smooth_union(body, neck, 6.0)
    distance = smooth_union(distance, greater_trochanter(points, hip), 5.0)
    distance = smooth_union(distance, lesser, 5.0)
    distance = smooth_union(distance, head, 3.5)
    distance = true_distance(distance * np.float32(hip.scale), grid.spacing_mm)
    distance += 0.22 * smooth_noise(rng, grid, 9.0)
    if hip.osteophyte_mm:
        distance -= osteophytes(rng, grid, hip, along * np.float32(hip.scale))
    bump = ((lesser < 0) & (body > 0.6)).any(axis=(1, 2))
    lower_end = window[0].start + int(np.argmax(bump))
    scaled = np.float32(hip.scale)
    neck_frame = (along * scaled, across * scaled)
    plate = calcar_fraction(body, lesser)
    return Femur(window, distance, tuple(frame), neck_frame, head * scaled, plate, lower_end)


def bone_frame(grid, hip, side):
    """Bone coordinates (lateral, posterior, superior; mm from the neck-shaft crossing)."""
    z, y, x = grid.axes()
    outward = -1 if side == "right" else 1
    world = (outward * (x - hip.centre_mm[2]), y - hip.centre_mm[1], z - hip.centre_mm[0])
    origin = neck_axis(hip) * hip.neck_length_mm
    rotation = _pose(hip).astype(np.float32)
    return [
        sum(np.float32(rotation[row, column]) * world[row] for row in range(3))
        + np.float32(origin[column])
        for column in range(3)
    ]


def neck_axis(hip):
    """Unit vector from the neck-shaft crossing to the head, in bone coordinates."""
    angle, version = np.deg2rad([hip.neck_shaft_deg, hip.anteversion_deg])
    return np.array(
        [
            -np.sin(angle) * np.cos(version),
            -np.sin(angle) * np.sin(version),
            -np.cos(angle),
        ]
    )


def neck_coordinates(points, hip):
    """Coordinates along the neck axis, across it upwards, and across it backwards."""
    along = neck_axis(hip)
    back = np.cross(along, [0, 0, 1.0])
    back /= np.linalg.norm(back)
    back *= np.sign(back[1])
    up = np.cross(back, along)
    up *= np.sign(up[2])
    return tuple(
        sum(np.float32(a) * p for a, p in zip(axis, points, strict=True))
        for axis in (along, up, back)
    )


def displace(frame, hip, pathology, side):
    """Bone coordinates of a femur whose shaft slipped up and back along a broken neck."""
    if side not in pathology.fracture:
        return frame
    along, across, _ = neck_coordinates(frame, hip)
    jagged = 1.5 * np.sin(across / 3.0) + 0.1 * across
    distal = along + jagged < pathology.break_fraction * hip.neck_length_mm
    return [
        axis - np.float32(shift) * distal
        for axis, shift in zip(frame, pathology.shift_mm, strict=True)
    ]


def _pose(hip):
    """Rotation from bone coordinates to the patient's (lateral, posterior, superior)."""
    a, f, r = np.deg2rad([hip.adduction_deg, hip.flexion_deg, hip.rotation_deg])
    adduct = [[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]]
    flex = [[1, 0, 0], [0, np.cos(f), np.sin(f)], [0, -np.sin(f), np.cos(f)]]
    turn = [[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]]
    return np.array(adduct) @ np.array(flex) @ np.array(turn)


def _window(grid, hip, side):
    """Voxels around one femur, from the top of its head down to the end of the scan."""
    extent = np.array(EXTENT_MM) * hip.scale - neck_axis(hip) * hip.neck_length_mm
    turned = extent @ _pose(hip).T
    margin = hip.head_radius_mm + 4
    low = np.minimum(turned.min(axis=0) - 7, -margin)
    high = np.maximum(turned.max(axis=0) + 7, margin)
    z, y, x = hip.centre_mm
    sideways = (x - high[0], x - low[0]) if side == "right" else (x + low[0], x + high[0])
    return grid.window((-1e4, y + low[1], sideways[0]), (z + margin, y + high[1], sideways[1]))


def _head(points, centre, hip):
    """Sphere of the head with the small pit of its ligament."""
    radius = hip.head_radius_mm / hip.scale
    sphere = ellipsoid(points, centre, (radius, radius, radius))
    pit = centre + radius * np.array([-0.93, 0.10, 0.25])
    return smooth_difference(sphere, ellipsoid(points, pit, (3.2, 3.6, 3.6)), 2.0)


def _neck(along, across, level, hip):
    """Tube of elliptic section, narrowest half-way, widening into the trochanters."""
    position = (np.float32(hip.neck_length_mm / hip.scale) - along) / np.float32(23.0)
    height = _table(position, NECK_POSITION, NECK_HALF_HEIGHT_MM) * hip.neck_thickness
    depth = _table(position, NECK_POSITION, NECK_HALF_DEPTH_MM) * hip.neck_thickness
    tube = (np.sqrt((across / height) ** 2 + (level / depth) ** 2) - 1) * np.minimum(height, depth)
    ends = np.maximum((position - 2.1) * 23, (-0.1 - position) * 23)
    return np.maximum(tube, ends)


def _shaft(points, size):
    """Tapering elliptic tube with the femur's forward bow."""
    lateral, posterior, height = points
    width = _table(height, SHAFT_HEIGHT_MM, SHAFT_HALF_WIDTH_MM) * size
    depth = _table(height, SHAFT_HEIGHT_MM, SHAFT_HALF_DEPTH_MM) * size
    bow = _table(height, SHAFT_HEIGHT_MM, SHAFT_BOW_MM)
    section = np.sqrt((lateral / width) ** 2 + ((posterior - bow) / depth) ** 2)
    tube = (section - 1) * np.minimum(width, depth)
    ridge = np.exp(-((lateral / 5.0) ** 2)) * (posterior > 0) * 1.6 * (height < -30)
    return np.maximum(tube - ridge, height - 12)


def _table(position, knots, values):
    """Piecewise linear look-up that keeps single precision."""
    return np.interp(position, knots, values).astype(np.float32)


def lesser_trochanter_mm(hip):
    """Height in the patient's frame of the lower edge of the lesser trochanter, about."""
    tip = np.array([-16.0, 16.5, -25.5]) * hip.scale - neck_axis(hip) * hip.neck_length_mm
    return float(hip.centre_mm[0] + (_pose(hip) @ tip)[2] - 7.5 * hip.scale)
