"""What is tied to bone density in a group of phantoms, whose truth is known."""

import numpy as np


def truth_of(scan):
    """A phantom's T-score and cortical thickness; {} of a patient, of whom neither is known.

    The T-score is the lower one of femoral neck and total hip, exact and not as the simulated QCT
    measured it. The cortical thickness is the femur's factor on the published thickness of every
    region at a head of 46 mm: thickness without size.
    """
    if scan.truth is None:
        return {}
    hip = scan.truth["hips"]["left"]
    return {
        "t_score": min(hip["t_score"][region] for region in ("femoral_neck", "total_hip")),
        "cortical_thickness": hip["cortex_factor"],
    }


def correlation(one, other):
    """Pearson correlation of the pairs without a missing value."""
    pairs = np.array([one, other], dtype=float)
    pairs = pairs[:, np.isfinite(pairs).all(axis=0)]
    return float(np.corrcoef(pairs)[0, 1]) if pairs.shape[1] > 2 else np.nan


def partial_correlation(one, other, given):
    """Correlation of what of two values a straight line of a third does not explain.

    Parameters
    ----------
    one, other, given : array-like of float, shape (n,)

    Returns
    -------
    float
    """
    values = np.array([one, other, given], dtype=float)
    first, second, third = values[:, np.isfinite(values).all(axis=0)]
    if third.size < 4:
        return np.nan
    left = [value - np.polyval(np.polyfit(third, value, 1), third) for value in (first, second)]
    return correlation(*left)
