"""The femoral head as a sphere, fitted to the surface of a mask."""

import numpy as np
from scipy.ndimage import binary_dilation, distance_transform_edt

from osteoct.problems import PatientProblem

ROUNDS = 30
BAND = 0.12  # of the radius: surface further from the sphere than this is not the head's
STILL_MM = 0.01
RADIUS_MM = (15, 32)  # heads are 40 to 49 mm wide on average, women's to men's


def fit_head(inside, spacing_mm, *, radius_mm=RADIUS_MM):
    """Centre and radius of the femoral head.

    The largest sphere that the mask holds starts the fit; then the surface near the sphere is
    chosen and fitted by least squares in turns, until the centre stays where it is.

    Parameters
    ----------
    inside : ndarray of bool, shape (z, y, x)
        One femur; where it reaches the end of the array it is taken to go on.
    spacing_mm : ndarray of float, shape (3,)
    radius_mm : tuple of float
        Smallest and largest head that is accepted.

    Returns
    -------
    centre_mm : ndarray of float, shape (3,)
        (z, y, x) from the centre of the first voxel.
    radius : float
        mm.

    Raises
    ------
    PatientProblem
        If no sphere of such a size fits.
    """
    depth = distance_transform_edt(inside, sampling=spacing_mm)
    centre = np.array(np.unravel_index(depth.argmax(), depth.shape)) * spacing_mm
    radius = float(depth.max())
    surface = _surface(inside) * spacing_mm
    for _ in range(ROUNDS):
        gap = np.abs(np.linalg.norm(surface - centre, axis=1) - radius)
        before, (centre, radius) = centre, sphere_through(surface[gap < BAND * radius])
        if np.linalg.norm(centre - before) < STILL_MM:
            break
    if not radius_mm[0] <= radius <= radius_mm[1]:
        raise PatientProblem(
            f"The largest round part of the mask has a radius of {radius:.0f} mm; expected a "
            f"femoral head of {radius_mm[0]:g} to {radius_mm[1]:g} mm."
        )
    return centre, radius


def sphere_through(points):
    """Centre and radius of the sphere that lies closest to points, by linear least squares.

    Parameters
    ----------
    points : ndarray of float, shape (n, 3)

    Returns
    -------
    centre : ndarray of float, shape (3,)
    radius : float
    """
    middle = points.mean(axis=0)
    local = points - middle
    sides = np.column_stack([2 * local, np.ones(len(local))])
    *centre, rest = np.linalg.lstsq(sides, (local**2).sum(axis=1), rcond=None)[0]
    return middle + centre, float(np.sqrt(rest + np.dot(centre, centre)))


def _surface(inside):
    """Half-way points between voxels inside and those around them, in voxels: shape (n, 3)."""
    rim = np.argwhere(inside & binary_dilation(~inside))
    around = np.argwhere(~inside & binary_dilation(inside))
    return np.concatenate([rim, around])
