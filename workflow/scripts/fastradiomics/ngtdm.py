"""Features of the neighbouring grey tone difference matrix."""

import numpy as np
from numba import njit

NAMES = ("Coarseness", "Contrast", "Busyness", "Complexity", "Strength")
SMOOTH = 1e6  # coarseness where no voxel differs from its neighbours, as pyradiomics sets it


def tone_difference_features(counts, difference):
    """The five features of grey tone difference.

    Parameters
    ----------
    counts : ndarray, shape (n_levels,)
        Voxels of each level.
    difference : ndarray, shape (n_levels,)
        From `neighbourhood.dependence_and_difference`.

    Returns
    -------
    dict of str to float

    References
    ----------
    Amadasun M, King R (1989). Textural features corresponding to textural properties. IEEE Trans
    Syst Man Cybern 19:1264-1274. doi:10.1109/21.44046
    """
    present = np.flatnonzero(counts)
    out = np.zeros(5)
    _features(present + 1.0, counts[present] / counts.sum(), difference[present], out)
    out[1] /= counts.sum()
    out[3] /= counts.sum()
    return dict(zip(NAMES, out.tolist(), strict=True))


@njit(cache=True)
def _features(levels, p, s, out):
    n = levels.size
    weighted, total = (p * s).sum(), s.sum()
    contrast, apart, complexity, strength = 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        for j in range(n):
            d = levels[i] - levels[j]
            contrast += p[i] * p[j] * d * d
            apart += abs(levels[i] * p[i] - levels[j] * p[j])
            complexity += abs(d) * (p[i] * s[i] + p[j] * s[j]) / (p[i] + p[j])
            strength += (p[i] + p[j]) * d * d
    out[0] = 1 / weighted if weighted != 0 else SMOOTH
    out[1] = contrast * total / (n * (n - 1)) if n > 1 else 0.0
    out[2] = weighted / apart if apart != 0 else 0.0
    out[3] = complexity
    out[4] = strength / total if total != 0 else 0.0
