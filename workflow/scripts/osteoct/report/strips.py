"""Strip plots as SVG paths: one patient's value among the training patients of each class."""

import numpy as np

from osteoct.cohort.diagnosis import CLASSES
from osteoct.features.names import readable

WIDTH, LANE = 240, 13  # of a strip and of one class in it, in SVG units
EDGE = 5
JITTER = (0, 3.2, -3.2, 1.6, -1.6)
SHOWN_QUANTILES = (0.01, 0.99)


def strip(name, value, *, reference, classes):
    """Where a patient's value of one feature lies among the training patients.

    Parameters
    ----------
    name : str
        Feature, as pyradiomics spells it.
    value : float
        The patient's.
    reference : ndarray of float, shape (n_patients,)
        Values of the training patients.
    classes : ndarray of str, shape (n_patients,)
        Their bone status.

    Returns
    -------
    dict
        `name`, `label`, `value`, `rank` (fraction of training patients below, 0 to 1), `at` (x of
        the patient's line), `outside` (left, right or empty: the value lies beyond the strip) and
        `lanes`, for each class its name, a path of dots and the median's `x`, `y` and `height`.
    """
    reference, classes = np.asarray(reference, dtype=float), np.asarray(classes)
    low, high = np.quantile(reference, SHOWN_QUANTILES)
    scale = (WIDTH - 2 * EDGE) / (high - low if high > low else 1.0)

    def across(values):
        return EDGE + (np.clip(values, low, high) - low) * scale

    lanes = []
    for number, status in enumerate(CLASSES):
        positions = across(np.sort(reference[classes == status]))
        middle = (number + 0.5) * LANE
        lanes.append(
            {
                "status": status,
                "dots": "".join(
                    f"M{x:.1f} {middle + JITTER[i % len(JITTER)]:.1f}h0"
                    for i, x in enumerate(positions)
                ),
                "median": f"{np.median(positions):.1f}" if len(positions) else None,
                "top": number * LANE + 1,
            }
        )
    return {
        "name": name,
        "label": readable(name).replace(" | ", " · "),
        "value": f"{value:.4g}".replace("-", "−"),
        "rank": float(np.mean(reference < value)),
        "at": f"{float(across(value)):.1f}",
        "outside": "left" if value < low else "right" if value > high else "",
        "lanes": lanes,
    }
