"""Manual masks: the partial-volume effect at the bone's edge, and a second reader's deviation."""

import numpy as np
from scipy.special import ndtr

from hipphantom.geometry import smooth_noise

MAX_WIDTH = 6.0  # in point spreads: the edge of a thicker cortex lies where it is
NEAR_MM = 4  # from the surface: farther away both readers agree
DEVIATION_MM = ((1.0, 12.0), (0.5, 5.0))  # of the second reader: weight and wavelength
STEPS = 14  # of the bisection for the drawn agreement


def half_maximum_surface(distance, cortex_mm, point_spread_mm):
    """Signed distance to the surface at half the height of the blurred cortex.

    Readers draw the bone's edge where the CT number has half the height of its peak. A cortex
    thinner than the point spread looks as wide as the point spread: its edge appears outside the
    bone (partial-volume effect).

    Parameters
    ----------
    distance : ndarray
        Signed distance to the bone's surface, mm.
    cortex_mm : ndarray
        Thickness of the compact bone that the nearest surface carries.
    point_spread_mm : float
        Standard deviation of the point spread across a surface; 0 gives the surface itself.

    Returns
    -------
    ndarray
        mm, at most `distance`.

    References
    ----------
    Prevrhal S et al (1999). Phys Med Biol 44:751. Treece GM et al (2010). Med Image Anal 14:276.
    """
    if not point_spread_mm:
        return distance
    shift = np.interp(cortex_mm / point_spread_mm, *_half_heights())
    return distance - (point_spread_mm * shift).astype(distance.dtype)


def _half_heights():
    """Widths of a blurred box, and how far outside it it has half its height, in point spreads."""
    outside = np.linspace(0, 1.2, 241)
    widths = np.linspace(0.02, MAX_WIDTH, 300)
    shifts = []
    for width in widths:
        height = ndtr(outside + width) - ndtr(outside)
        shifts.append(np.argmin(np.abs(height - ndtr(width / 2) + 0.5)))
    return widths, outside[shifts]


def draw_second_reader(rng, grid, distance, above, *, dice, dice_sd):
    """Mask of a second reader at a drawn agreement with the first.

    Parameters
    ----------
    rng : numpy.random.Generator
    grid : Grid
    distance : ndarray
        Signed distance to the surface that the first reader draws, mm.
    above : ndarray of bool
        Slices above the lower edge of the lesser trochanter, shape (z, 1, 1).
    dice, dice_sd : float
        Mean and standard deviation of the readers' agreement (paper: 0.989, 0.002).

    Returns
    -------
    ndarray of bool
        The second reader's mask.
    """
    wanted = float(np.clip(dice + dice_sd * rng.standard_normal(), 0.5, 0.9995))
    first = (distance < 0) & above
    deviation = sum(weight * smooth_noise(rng, grid, length) for weight, length in DEVIATION_MM)
    near = np.abs(distance) < NEAR_MM
    surface, unevenness = distance[near], deviation[near]
    counted = np.broadcast_to(above, distance.shape)[near]
    total, same = int(first.sum()), (surface < 0) & counted
    low, high = 0.0, 3.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        other = (surface + middle * unevenness < 0) & counted
        volume = total - same.sum() + other.sum()
        overlap = 2 * (total - (same & ~other).sum()) / (total + volume)
        low, high = (middle, high) if overlap > wanted else (low, middle)
    mask = first.copy()
    mask[near] = (surface + low * unevenness < 0) & counted
    return mask
