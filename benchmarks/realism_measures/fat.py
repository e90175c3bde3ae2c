"""Where the fat of a CT peaks among its Hounsfield units."""

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d

SMOOTHING_PIXELS = 2  # of each slice: noise is left out of the histogram
FAT_HU = (-150, -50)
KERNEL_HU = 3  # of the histogram of bins of 1 HU


def fat_peak_hu(hu):
    """The most frequent value of fat in HU.

    Each axial slice is smoothed by a Gaussian of 2 pixels; the values between -150 and -50 HU are
    counted in bins of 1 HU, the counts smoothed by a Gaussian of 3 HU. The peak is the middle of
    the highest bin, moved to the vertex of the parabola through it and its neighbours.

    Parameters
    ----------
    hu : ndarray, shape (z, y, x)

    Returns
    -------
    float
    """
    smooth = np.array([gaussian_filter(image, SMOOTHING_PIXELS) for image in hu])
    edges = np.arange(FAT_HU[0], FAT_HU[1] + 1)
    counts = gaussian_filter1d(np.histogram(smooth, edges)[0].astype(float), KERNEL_HU)
    top = int(counts[1:-1].argmax()) + 1
    before, here, after = counts[top - 1 : top + 2]
    bend = before - 2 * here + after
    return float(edges[top] + 0.5 + (0.5 * (before - after) / bend if bend else 0))
