"""Both trochanters, the plate (calcar) under the lesser one, and osteophytes.

Points are bone coordinates of the model femur (see `hipphantom.femur`): lateral, posterior,
superior, in mm from the neck-shaft crossing.
"""

import numpy as np

from hipphantom.geometry import (
    ellipsoid,
    occupancy,
    round_cone,
    smooth_noise,
    smooth_union,
)

LESSER_HEIGHT_MM = -24.0  # middle of the lesser trochanter
CALCAR_MM, OSTEOPHYTE_MM = 1.3, 4.0  # half widths of the plate and of the rim of osteophytes


def trochanteric_body(points):
    """Signed distance to the bulk between the trochanters."""
    return ellipsoid(points, (3.5, 1.0, -9.0), (19.5, 15.5, 23.0))


def greater_trochanter(points, hip):
    """Signed distance to the lateral prominence, its tip, and the crest down to the lesser one."""
    size, back = hip.trochanter_size, hip.crest_mm
    main = ellipsoid(points, (13.5, 4.0, 10.0), (11.0 * size, 16.5, 19.5 * size))
    top = (9.0, 12.0 + back, 25.0)
    tip = round_cone(points, (15.0, 8.0, 12.0), top, radii=(9.0, 5.5 * size))
    upper, lower = (10.0, 13.5 + back, 14.0), (-8.0, 13.0, -18.0)
    crest = round_cone(points, upper, lower, radii=(5.5, 4.5))
    return smooth_union(smooth_union(main, tip, 5.0), crest, 5.0)


def lesser_trochanter(points, hip):
    """Signed distance to a blunt cone behind the medial border, drawn out along the shaft."""
    lateral, posterior, height = points
    shrink = 1 / hip.lesser_trochanter_stretch
    height = (height - hip.lesser_trochanter_height_mm) * shrink + LESSER_HEIGHT_MM * (1 - shrink)
    size = hip.trochanter_size * hip.lesser_trochanter_size
    points = (lateral, posterior, height)
    return round_cone(points, (-6.0, 8.0, -23.0), (-16.0, 16.5, -25.5), radii=(11.5, 6.8 * size))


def calcar_fraction(body, lesser):
    """Fraction of each voxel in the plate that goes on under the lesser trochanter, 0 to 1.

    The cortex of the shaft does not end at the lesser trochanter: inside, it continues as the
    femoral calcar, with spongy bone on both of its sides.

    Parameters
    ----------
    body, lesser : ndarray
        Signed distances to the bone without trochanters and to the lesser trochanter, mm.

    References
    ----------
    Griffin JB (1982). The calcar femorale redefined. Clin Orthop 164:211.
    """
    return np.exp(-((body / np.float32(CALCAR_MM)) ** 2)) * occupancy(lesser, 3.0)


def osteophytes(rng, grid, hip, along):
    """Height in mm of uneven new bone at the border of the head.

    Parameters
    ----------
    rng : numpy.random.Generator
    grid : Grid
    hip : Hip
    along : ndarray
        Position along the neck axis towards the head, mm.
    """
    border = hip.neck_length_mm - 0.6 * hip.head_radius_mm
    rim = np.exp(-(((along - border) / OSTEOPHYTE_MM) ** 2))
    return hip.osteophyte_mm * rim * np.clip(smooth_noise(rng, grid, 11.0), 0, 2)
