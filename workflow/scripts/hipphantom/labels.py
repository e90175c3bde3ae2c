"""The readers: what they see of the bone's edge, and how a second one differs from the first."""

import numpy as np
from scipy.special import ndtr

from hipphantom.geometry import smooth_noise

THICKEST = 6.0  # in point spreads: the edge of thicker cortex is seen where it is


def seen_surface(distance, cortex_mm, point_spread_mm):
    """Signed distance to the surface that a reader sees through a point spread.

    The edge is seen where the CT number has half the height of its peak. A cortex thinner than the
    point spread looks as wide as that, so that its edge is seen outside the bone (Prevrhal 1999,
    Phys Med Biol 44:751; Treece 2010, Med Image Anal 14:276).

    Parameters
    ----------
    distance : ndarray
        Signed distance to the bone's surface, mm.
    cortex_mm : ndarray
        Thickness of the compact bone that the nearest surface carries.
    point_spread_mm : float
        Standard deviation of the point spread across a surface; 0 shows the surface itself.

    Returns
    -------
    ndarray
        mm, at most `distance`.
    """
    if not point_spread_mm:
        return distance
    shift = np.interp(cortex_mm / point_spread_mm, *_half_heights())
    return distance - (point_spread_mm * shift).astype(distance.dtype)


def _half_heights():
    """Widths of a blurred box, and how far outside it it has half its height, in point spreads."""
    outside = np.linspace(0, 1.2, 241)
    widths = np.linspace(0.02, THICKEST, 300)
    shifts = []
    for width in widths:
        height = ndtr(outside + width) - ndtr(outside)
        shifts.append(np.argmin(np.abs(height - ndtr(width / 2) + 0.5)))
    return widths, outside[shifts]


def second_reading(rng, part, distance, above, *, dice, dice_sd):
    """Outline of a second reader at a drawn agreement with the first.

    Parameters
    ----------
    rng : numpy.random.Generator
    part : Grid
    distance : ndarray
        Signed distance to the surface that the first reader sees, mm.
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
    hand = smooth_noise(rng, part, 12.0) + 0.5 * smooth_noise(rng, part, 5.0)
    near = np.abs(distance) < 4
    surface, unevenness = distance[near], hand[near]
    counted = np.broadcast_to(above, distance.shape)[near]
    total, same = int(first.sum()), (surface < 0) & counted
    low, high = 0.0, 3.0
    for _ in range(14):
        middle = (low + high) / 2
        other = (surface + middle * unevenness < 0) & counted
        volume = total - same.sum() + other.sum()
        overlap = 2 * (total - (same & ~other).sum()) / (total + volume)
        low, high = (middle, high) if overlap > wanted else (low, middle)
    mask = first.copy()
    mask[near] = (surface + low * unevenness < 0) & counted
    return mask
