"""Temperature scaling: one number, fitted on validation patients, that softens or sharpens."""

import numpy as np
from scipy.optimize import minimize_scalar

from osteoct.classification.predictions import classes_of, codes, probabilities_of

MIN_PROBABILITY = 0.001  # half a vote of 500 trees; a forest may give a class no vote at all
TEMPERATURE_LIMITS = (0.1, 10.0)  # where a few patients are all classified right, the best is 0


def fit_temperature(predictions, *, split):
    """The temperature with the lowest log-loss on one split.

    Parameters
    ----------
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    split : str
        The split to fit on (validation); rows of other splits are not looked at.

    Returns
    -------
    dict
        `fitted_on`, `patients`, `temperature` (above 1 softens; 1 where there is no
        patient), `log_loss_before` and `log_loss_after`, and `at_limit`, whether it stopped there.

    References
    ----------
    Guo C, Pleiss G, Sun Y, Weinberger KQ (2017). On calibration of modern neural networks. ICML.
    """
    table = predictions[predictions["split"] == split]
    truth, given = codes(table["diagnosis"], classes_of(table)), probabilities_of(table)
    found = {"fitted_on": split, "patients": len(table), "temperature": 1.0, "at_limit": False}
    if not len(table):
        return {**found, "log_loss_before": np.nan, "log_loss_after": np.nan}

    def loss(log_temperature):
        return log_loss(truth, apply_temperature(given, np.exp(log_temperature)))

    bounds = np.log(TEMPERATURE_LIMITS)
    best = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-6})
    near = np.abs(bounds - best.x).min() < 1e-4
    found |= {"temperature": float(np.exp(best.x)), "at_limit": bool(near)}
    return {**found, "log_loss_before": loss(0.0), "log_loss_after": float(best.fun)}


def apply_temperature(probabilities, temperature, *, min_probability=MIN_PROBABILITY):
    """Probabilities to the power of 1 / temperature, made to add up to 1 again.

    Parameters
    ----------
    probabilities : ndarray of float, shape (n_patients, n_classes)
        Not below 0; what is below `min_probability` counts as that.
    temperature : float > 0
    min_probability : float in (0, 1)

    Returns
    -------
    ndarray of float, shape (n_patients, n_classes)

    Examples
    --------
    >>> apply_temperature(np.array([[0.8, 0.2]]), 2.0).round(3)
    array([[0.667, 0.333]])
    """
    powers = np.maximum(probabilities, min_probability) ** (1 / temperature)
    return powers / powers.sum(axis=1, keepdims=True)


def log_loss(truth, probabilities):
    """Mean negative logarithm of the probability given to each patient's own class, 0 or more."""
    return float(-np.log(probabilities[np.arange(len(truth)), truth]).mean())
