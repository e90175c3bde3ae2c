"""A second reader, who outlines the same bone a fraction of a voxel differently."""

import numpy as np

from osteoct.phantom.geometry import smooth_noise


def second_reading(rng, part, distance, above, *, dice, dice_sd):
    """Outline of a second reader at a drawn agreement with the first.

    Parameters
    ----------
    rng : numpy.random.Generator
    part : Grid
    distance : ndarray
        Signed distance to the bone's surface, mm.
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
