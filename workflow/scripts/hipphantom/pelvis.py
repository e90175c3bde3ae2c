"""The bones around the femora: hip bones closing around the heads, and the sacrum."""

import numpy as np

from hipphantom.geometry import (
    ellipsoid,
    round_cone,
    smooth_difference,
    smooth_noise,
    smooth_union,
    true_distance,
)

# Ilium in axial section, by height above the head centre: its front and back end (lateral,
# posterior), in mm from the head centre, and half its thickness there.
ILIUM_HEIGHT_MM = [8.0, 24.0, 36.0, 50.0, 70.0, 110.0]
ILIUM_FRONT_MM = [[6, -26], [10, -27], [15, -30], [22, -34], [30, -38], [44, -42]]
ILIUM_BACK_MM = [[-16, 26], [-17, 27], [-19, 32], [-22, 40], [-26, 52], [-32, 62]]
ILIUM_FRONT_HALF_MM = [7.0, 11.0, 9.0, 7.0, 6.0, 6.0]
ILIUM_BACK_HALF_MM = [9.0, 11.5, 10.0, 9.0, 8.5, 8.0]
SOCKET_AXIS = (0.63, -0.24, -0.74)  # where the acetabulum opens: lateral, forward, down


def hip_bone(rng, grid, hip, body, side):
    """Signed distance to one hip bone.

    Parameters
    ----------
    rng : numpy.random.Generator
    grid : Grid
        May be coarser than the CT.
    hip : Hip
        The femur whose head the socket holds.
    body : Body
    side : {"right", "left"}

    Returns
    -------
    ndarray of float32, shape (z, y, x)
        The socket itself is not hollowed here: see `socket`.
    """
    points = side_frame(rng, grid, hip, body, side)
    midline = -body.hip_distance_mm / 2 / body.scale
    bone = smooth_union(_ilium(points), _acetabulum(points, hip, body), 7.0)
    bone = smooth_union(bone, _ischium(points), 6.0)
    bone = smooth_union(bone, _pubis(points, midline), 6.0)
    bone = np.maximum(bone, midline + 2.2 - points[0])
    return true_distance(bone * np.float32(body.scale), grid.spacing_mm)


def side_frame(rng, grid, hip, body, side):
    """Lateral, posterior, superior mm from the head centre, slightly uneven, at unit scale."""
    z, y, x = grid.axes()
    outward = -1 if side == "right" else 1
    world = (outward * (x - hip.centre_mm[2]), y - hip.centre_mm[1], z - hip.centre_mm[0])
    world = tilted(world, body.pelvic_tilt_deg)
    return tuple(
        (axis + 2.2 * smooth_noise(rng, grid, 45.0) + 0.9 * smooth_noise(rng, grid, 18.0))
        / np.float32(body.scale)
        for axis in world
    )


def tilted(points, degrees):
    """Lateral, posterior, superior mm in a pelvis that is tilted backwards around the hips."""
    lateral, posterior, superior = points
    c, s = (np.float32(f(np.deg2rad(degrees))) for f in (np.cos, np.sin))
    return lateral, c * posterior - s * superior, s * posterior + c * superior


def socket(distance, head, hip, points):
    """Hollow a hip bone around the femoral head, leaving the joint space.

    Parameters
    ----------
    distance : ndarray
        Signed distance to the hip bone, mm.
    head : ndarray
        Signed distance to the sphere of the femoral head, mm.
    hip : Hip
    points : sequence of 3 arrays
        Lateral, posterior, superior mm from the head centre.

    Returns
    -------
    ndarray
    """
    hollow = head - np.float32(hip.joint_space_mm)
    fossa = ellipsoid(points, (-0.80 * hip.head_radius_mm, 1.0, -12.0), (11.0, 11.0, 18.0))
    return smooth_difference(distance, np.minimum(hollow, fossa), 1.5)


def sacrum(rng, grid, hips, body):
    """Signed distance to the sacrum and coccyx, curved backwards in the midline."""
    z, y, x = grid.axes()
    centre = np.mean([hip.centre_mm for hip in hips.values()], axis=0)
    wobble = [1.5 * smooth_noise(rng, grid, 30.0) for _ in range(3)]
    world = tuple(axis - c for axis, c in zip((x, y, z), centre[::-1], strict=True))
    points = tuple(
        (axis + w) / np.float32(body.scale)
        for axis, w in zip(tilted(world, body.pelvic_tilt_deg), wobble, strict=True)
    )
    height = points[2]
    spine = np.interp(height, [0, 20, 45, 75, 110], [62, 74, 78, 68, 48]).astype(np.float32)
    width = np.interp(height, [0, 22, 35, 60, 100], [7, 11, 26, 40, 52]).astype(np.float32)
    depth = np.interp(height, [0, 22, 40, 80], [4.5, 6.0, 10, 17]).astype(np.float32)
    backward = points[1] - spine + 0.10 * np.abs(points[0])
    section = np.sqrt((points[0] / width) ** 2 + (backward / depth) ** 2)
    bone = (section - 1) * depth
    bone = np.maximum(bone, 2 - height)
    for level in (38.0, 62.0, 86.0):
        for lateral in (-17.0, 17.0):
            canal = ellipsoid(
                points,
                (lateral, float(np.interp(level, [0, 45, 110], [62, 77, 47])), level),
                (4.5, 12.0, 5.5),
            )
            bone = smooth_difference(bone, canal, 3.0)
    return true_distance(bone * np.float32(body.scale), grid.spacing_mm)


def _ilium(points):
    """Plate above the socket whose section turns and thins as it rises."""
    lateral, posterior, height = points

    def at(values):
        return np.interp(height, ILIUM_HEIGHT_MM, values).astype(np.float32)

    front, back = np.array(ILIUM_FRONT_MM, float), np.array(ILIUM_BACK_MM, float)
    x0, y0, x1, y1 = at(front[:, 0]), at(front[:, 1]), at(back[:, 0]), at(back[:, 1])
    dx, dy = x1 - x0, y1 - y0
    along = ((lateral - x0) * dx + (posterior - y0) * dy) / (dx**2 + dy**2)
    along = np.clip(along, 0, 1)
    bow = 5 * along * (1 - along)
    away = np.hypot(lateral - x0 - along * dx + bow, posterior - y0 - along * dy)
    half = at(ILIUM_FRONT_HALF_MM) * (1 - along) + at(ILIUM_BACK_HALF_MM) * along
    waist = 1 - 0.35 * np.clip((height - 30) / 30, 0, 1) * 4 * along * (1 - along)
    return np.maximum(away - half * waist, 6 - height)


def _acetabulum(points, hip, body):
    """Thick-walled cup around the head, cut off where it opens."""
    radius = (hip.head_radius_mm + hip.joint_space_mm) / body.scale
    centre = np.array([-1.0, 3.0, 3.5])
    walls = tuple(radius + (wall + hip.acetabular_wall_mm) for wall in (5.0, 7.0, 7.5))
    cup = ellipsoid(points, centre, walls)
    opening = sum(np.float32(a) * p for a, p in zip(SOCKET_AXIS, points, strict=True))
    medial = -points[0] - (radius + (5.0 + hip.acetabular_wall_mm))
    return np.maximum(np.maximum(cup, opening - (0.08 + hip.acetabular_coverage) * radius), medial)


def _ischium(points):
    """From the back of the socket down to the tuberosity, with its spine."""
    column = round_cone(points, (-12.0, 24.0, 8.0), (-17.0, 27.0, -30.0), radii=(10.0, 11.5))
    tuber = round_cone(points, (-18.0, 27.0, -34.0), (-27.0, 24.0, -58.0), radii=(13.0, 11.0))
    ramus = round_cone(points, (-30.0, 18.0, -60.0), (-58.0, -14.0, -58.0), radii=(8.0, 5.5))
    spine = round_cone(points, (-20.0, 30.0, 2.0), (-32.0, 40.0, -4.0), radii=(7.0, 2.5))
    bone = smooth_union(column, tuber, 8.0)
    return smooth_union(smooth_union(bone, ramus, 6.0), spine, 5.0)


def _pubis(points, midline):
    """Upper ramus, body at the symphysis, lower ramus."""
    upper = round_cone(
        points, (-20.0, -14.0, 2.0), (midline + 18.0, -34.0, -24.0), radii=(9.5, 7.0)
    )
    body = round_cone(
        points, (midline + 12.0, -35.0, -24.0), (midline + 10.5, -26.0, -44.0), radii=(8.5, 7.5)
    )
    lower = round_cone(
        points, (midline + 12.0, -24.0, -46.0), (midline + 32.0, -12.0, -58.0), radii=(6.5, 5.5)
    )
    return smooth_union(smooth_union(upper, body, 6.0), lower, 5.0)
