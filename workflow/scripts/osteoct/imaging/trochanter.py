"""The level of the lesser trochanter, found in the CT and not by the networks.

Upwards along the shaft, the area of the bone's axial section changes slowly and evenly; where the
lesser trochanter begins it starts to grow. The two straight lines that fit the areas there meet at
a knee.
"""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from osteoct.imaging.holes import filled

LEAST_BELOW, LEAST_ABOVE = 3, 2  # planes that a line needs
REACH = 3  # standard deviations of the guess
STEP_MM = 1.0  # between the levels that are tried
NOISE = 0.01  # scatter of the areas, as a share, below which one fit is as good as another


def lower_edge_mm(ct, near, guess_mm, *, bone_above_hu, guess_sd_mm, knee):
    """Height (the patient's z) of the lower edge of the lesser trochanter.

    Parameters
    ----------
    ct : SimpleITK.Image
        HU, oriented LPS.
    near : ndarray of bool, shape (z, y, x)
        Where the femur and its shaft may be, on the grid of `ct`: other bones outside.
    guess_mm : float
        Height at which the edge is expected.
    bone_above_hu : float
        What is called dense.
    guess_sd_mm : float
        Standard deviation of the guess's error: the further from it, the clearer a knee must be.
        `REACH` of them above and below it are looked at.
    knee : dict
        `below_mm` and `above_mm`, how far from a level the lines are fitted; `grows_by`, least
        growth in `above_mm` beyond the shaft's own, as a share of the section; `edge_mm`, how far
        above the knee the trochanter stands out of the shaft.

    Returns
    -------
    float
        nan where the image does not show the shaft under the trochanter, or nothing grows.
    """
    areas, heights = sections(ct, near, bone_above_hu=bone_above_hu)
    above_mm = max(knee["above_mm"], LEAST_ABOVE * ct.GetSpacing()[2])
    best, found = 0.0, np.nan
    steps = round(REACH * guess_sd_mm / STEP_MM)
    for away_mm in STEP_MM * np.arange(-steps, steps + 1):
        level = guess_mm - knee["edge_mm"] + away_mm
        used = (heights >= level - knee["below_mm"]) & (heights <= level + above_mm) & (areas > 0)
        growth, scatter = bend(heights[used] - level, areas[used])
        likely = np.exp(-((away_mm / guess_sd_mm) ** 2) / 2)
        clear = likely * growth * above_mm / (scatter + NOISE)
        if growth * above_mm >= knee["grows_by"] and clear > best:
            best, found = clear, level
    return float(found + knee["edge_mm"])


def bend(heights, areas):
    """By how much areas grow faster above height 0 than below it.

    Parameters
    ----------
    heights, areas : ndarray, shape (n,)
        mm and mm².

    Returns
    -------
    growth : float
        Per mm, as a share of the area at height 0; 0 where there are too few sections.
    scatter : float
        Root mean square distance from the two lines, as the same share.
    """
    above = heights > 0
    if np.count_nonzero(~above) < LEAST_BELOW or np.count_nonzero(above) < LEAST_ABOVE:
        return 0.0, 0.0
    lines = np.stack([np.ones_like(heights), heights, np.maximum(heights, 0)], axis=1)
    fit, *_ = np.linalg.lstsq(lines, areas, rcond=None)
    if fit[0] <= 0:
        return 0.0, 0.0
    scatter = np.sqrt(np.mean((areas - lines @ fit) ** 2))
    return float(fit[2] / fit[0]), float(scatter / fit[0])


def sections(ct, near, *, bone_above_hu):
    """Area of the bone's axial sections.

    The bone is the largest connected piece of dense voxels, with what it encloses in each plane.

    Returns
    -------
    areas : ndarray of float
        In mm², from below; 0 in planes without bone.
    heights : ndarray of float
        The patient's z of each section, in mm.
    """
    hu = sitk.GetArrayFromImage(ct).astype(np.float32)
    parts, count = ndimage.label((ndimage.uniform_filter(hu, (1, 3, 3)) > bone_above_hu) & near)
    heights = [ct.TransformIndexToPhysicalPoint((0, 0, k))[2] for k in range(ct.GetDepth())]
    sizes = np.bincount(parts.ravel(), minlength=count + 1)[1:]
    bone = parts == sizes.argmax() + 1 if count else near & False
    areas = np.count_nonzero(filled(bone), axis=(1, 2))
    return areas * float(np.prod(ct.GetSpacing()[:2])), np.array(heights)
