"""B-spline interpolation between two regular grids, as one matrix per axis."""

import numpy as np


def interpolation_matrix(n_in, n_out, *, step, order):
    """Matrix that interpolates samples at 0, 1, ... onto a grid of another step, same middle.

    Interpolation by B-splines is linear in the samples and separable in the axes: three small
    matrix products resample a volume. Beyond its ends a signal goes on as its mirror image.

    Parameters
    ----------
    n_in, n_out : int
        Samples before and after.
    step : float
        Distance between two new samples, in old ones.
    order : {1, 3}
        Linear, or cubic B-splines.

    Returns
    -------
    ndarray of float32, shape (n_out, n_in)
        Each row sums to 1.

    References
    ----------
    Unser M (1999). Splines: a perfect fit for signal and image processing. IEEE Signal Process
    Mag 16(6):22-38. doi:10.1109/79.799930

    Examples
    --------
    >>> interpolation_matrix(3, 2, step=1, order=1)
    array([[0.5, 0.5, 0. ],
           [0. , 0.5, 0.5]], dtype=float32)
    """
    positions = (np.arange(n_out) - (n_out - 1) / 2) * step + (n_in - 1) / 2
    weights = _basis(positions, n_in, order)
    if order == 3:  # spline coefficients are what gives the samples back at the samples
        weights = np.linalg.solve(_basis(np.arange(n_in), n_in, order).T, weights.T).T
    return weights.astype(np.float32)


def _basis(positions, n_in, order):
    """Weight of each of n_in splines at each position; shape (n_positions, n_in)."""
    first = np.floor(positions).astype(int) - (order - 1) // 2
    weights = np.zeros((len(positions), n_in))
    rows = np.arange(len(positions))
    for offset in range(order + 1):
        knots = first + offset
        np.add.at(weights, (rows, _mirrored(knots, n_in)), _spline(positions - knots, order))
    return weights


def _spline(x, order):
    """The centred B-spline of an order at x."""
    x = np.abs(x)
    if order == 1:
        return np.maximum(0, 1 - x)
    return np.where(x < 1, 2 / 3 - x**2 + x**3 / 2, np.maximum(0, 2 - x) ** 3 / 6)


def _mirrored(knots, n_in):
    """Index of a knot, reflected at the first and last sample until it lies between them."""
    period = max(1, 2 * (n_in - 1))
    knots = np.abs(knots) % period
    return np.minimum(knots, period - knots) % n_in
