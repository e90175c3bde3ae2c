"""Whether the axes of an image stand at right angles, as every later step takes for granted."""

import numpy as np

from ctio.issues.issue import RejectedInput

# How far voxels may lie from where a straight, even grid has them, summed over the whole image:
# about one pixel of a CT of the hip. Headers rounded to three decimals stay below half of it.
MAX_DRIFT_MM = 1.0


def require_right_angles(axes, lengths_mm):
    """Reject an image whose axes lean against each other.

    Parameters
    ----------
    axes : ndarray, (3, 3)
        A column for each axis of voxels: its direction.
    lengths_mm : sequence of float
        How long the image is along each axis.

    Raises
    ------
    RejectedInput
        If the lean sums up to more than `MAX_DRIFT_MM`, or an axis has no direction.
    """
    axes = np.asarray(axes, dtype=float)
    norms = np.linalg.norm(axes, axis=0)
    if not np.isfinite(norms).all() or (norms == 0).any():
        raise RejectedInput("no orientation", "The image has an axis without a direction.")
    cosines = np.abs(axes.T @ axes / np.outer(norms, norms))
    worst, degrees = 0.0, 0.0
    for one, other in ((0, 1), (0, 2), (1, 2)):
        drift = cosines[one, other] * max(lengths_mm[one], lengths_mm[other])
        if drift > worst:
            worst = drift
            degrees = float(np.degrees(np.arcsin(min(cosines[one, other], 1.0))))
    if worst > MAX_DRIFT_MM:
        raise RejectedInput(
            "sheared image",
            f"The image's axes lean against each other by {degrees:.1f}°: over its length it "
            f"drifts sideways by {worst:.0f} mm, as after a tilt of the gantry.",
        )
