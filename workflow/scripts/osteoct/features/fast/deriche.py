"""Smoothing by a Gaussian, or its second derivative, with Deriche's recursive filter."""

import math

import numpy as np
from numba import njit

# Two damped cosines fit the Gaussian and its second derivative (Farnebäck and Westin, 4th order):
# their frequencies and decays, and per derivative their cosine (A) and sine (B) amplitudes.
FREQUENCIES = (0.6681, 2.0787)
DECAYS = (-1.3932, -1.3732)
GAUSSIAN = ((1.3530, -0.3531), (1.8151, 0.0902))
SECOND = ((-1.3563, 0.3446), (5.2318, -2.2355))


def gaussian(sigma):
    """Coefficients of the recursive filter that smooths by a Gaussian of unit sum.

    Parameters
    ----------
    sigma : float
        In samples.

    Returns
    -------
    ndarray, shape (14,)
        As `filtered` takes them: four of the forward and four of the backward numerator, four of
        the common denominator, and the two gains of a constant signal.

    References
    ----------
    Deriche R (1993). Recursively implementing the Gaussian and its derivatives. INRIA RR-1893.
    Farnebäck G, Westin CF (2006). Improving Deriche-style recursive Gaussian filters. J Math
    Imaging Vis 26:293-299. doi:10.1007/s10851-006-8464-z
    """
    numerator, denominator = _numerator(sigma, GAUSSIAN), _denominator(sigma)
    total = 2 * _moment(numerator, 0) / _moment(denominator, 0, lead=1.0) - numerator[0]
    return _symmetric(numerator / total, denominator)


def second_derivative(sigma, *, scale):
    """Coefficients of the filter that takes the second derivative of the smoothed signal.

    Parameters
    ----------
    sigma : float
        In samples.
    scale : float
        Factor of the result, such as the square of sigma.

    Returns
    -------
    ndarray, shape (14,)
        As `gaussian` gives: zero for a constant, and `scale` times 2 for a parabola.
    """
    denominator = _denominator(sigma)
    flat, curved = _numerator(sigma, GAUSSIAN), _numerator(sigma, SECOND)
    d0, d1, d2 = (_moment(denominator, k, lead=1.0) for k in range(3))
    beta = -(2 * _moment(curved, 0) - d0 * curved[0]) / (2 * _moment(flat, 0) - d0 * flat[0])
    numerator = curved + beta * flat
    n0, n1, n2 = (_moment(curved, k) + beta * _moment(flat, k) for k in range(3))
    alpha = (n2 * d0 * d0 - d2 * n0 * d0 - 2 * n1 * d1 * d0 + 2 * d1 * d1 * n0) / (d0 * d0 * d0)
    return _symmetric(numerator * (scale / alpha), denominator)


def _numerator(sigma, amplitudes):
    """Of the forward filter: the sum of both damped cosines as one fraction in z."""
    (a1, a2), (b1, b2) = amplitudes
    (s1, c1, e1), (s2, c2, e2) = _poles(sigma)
    return np.array(
        [
            a1 + a2,
            e2 * (b2 * s2 - (a2 + 2 * a1) * c2) + e1 * (b1 * s1 - (a1 + 2 * a2) * c1),
            ((a1 + a2) * c2 * c1 - (b1 * c2 * s1 + b2 * c1 * s2)) * 2 * e1 * e2
            + a2 * e1 * e1
            + a1 * e2 * e2,
            e2 * e1 * e1 * (b2 * s2 - a2 * c2) + e1 * e2 * e2 * (b1 * s1 - a1 * c1),
        ]
    )


def _denominator(sigma):
    """Of both filters, without its leading 1."""
    (_, c1, e1), (_, c2, e2) = _poles(sigma)
    return np.array(
        [
            -2 * (e2 * c2 + e1 * c1),
            4 * c2 * c1 * e1 * e2 + e1 * e1 + e2 * e2,
            -2 * c1 * e1 * e2 * e2 - 2 * c2 * e2 * e1 * e1,
            e1 * e1 * e2 * e2,
        ]
    )


def _poles(sigma):
    """Sine, cosine and decay of each damped cosine from one sample to the next."""
    return [
        (math.sin(w / sigma), math.cos(w / sigma), math.exp(decay / sigma))
        for w, decay in zip(FREQUENCIES, DECAYS, strict=True)
    ]


def _moment(c, order, lead=None):
    """Sum of k to the power of order times coefficient k; `lead` is coefficient 0 where absent."""
    terms = c if lead is None else np.concatenate([[lead], c])
    return sum(float(k) ** order * float(term) for k, term in enumerate(terms))


def _symmetric(n, d):
    """The backward numerator that makes the whole filter symmetric, and the constants' gains."""
    backward = np.array([n[1] - d[0] * n[0], n[2] - d[1] * n[0], n[3] - d[2] * n[0], -d[3] * n[0]])
    total = _moment(d, 0, lead=1.0)
    return np.concatenate([n, backward, d, [n.sum() / total, backward.sum() / total]])


def filtered(volume, coefficients, axis, keep):
    """A volume filtered along one axis; beyond its ends its last values go on.

    Parameters
    ----------
    volume : ndarray of float32, shape (z, y, x), contiguous
    coefficients : ndarray, shape (14,)
        From `gaussian` or `second_derivative`.
    axis : {0, 1, 2}
    keep : slice
        The part of that axis that is wanted.

    Returns
    -------
    ndarray of float32
        As `volume`, but for `keep` along the axis. Sums are carried in double precision.
    """
    shape = list(volume.shape)
    shape[axis] = keep.stop - keep.start
    out = np.empty(shape, np.float32)
    if axis == 0:
        rows = volume.reshape(len(volume), -1)
        _filter_rows(rows, coefficients, keep.start, keep.stop, out.reshape(len(out), -1))
    elif axis == 1:
        _filter_columns(volume, coefficients, keep.start, keep.stop, out)
    else:
        _filter_lines(volume, coefficients, keep.start, keep.stop, out)
    return out


@njit(cache=True)
def _filter_columns(volume, coefficients, start, stop, out):
    for z in range(volume.shape[0]):
        _filter_rows(volume[z], coefficients, start, stop, out[z])


@njit(cache=True)
def _filter_lines(volume, coefficients, start, stop, out):
    turned = np.empty((stop - start, volume.shape[1]), np.float32)
    for z in range(volume.shape[0]):
        _filter_rows(np.ascontiguousarray(volume[z].T), coefficients, start, stop, turned)
        out[z] = turned.T


@njit(cache=True)
def _filter_rows(x, coefficients, start, stop, out):
    """Filter along the first axis of a matrix, in strips that stay in the cache."""
    n, m = x.shape
    width = min(m, 256)
    forward, backward = np.empty((n, width)), np.empty((5, width))
    for left in range(0, m, width):
        right = min(left + width, m)
        part = out[:, left:right]
        _forward(x[:stop, left:right], coefficients, forward)
        _backward(x[:, left:right], coefficients, forward, (start, stop), backward, part)


@njit(cache=True)
def _forward(x, coefficients, y):
    """The causal half: each value from the four before it."""
    n0, n1, n2, n3, _, _, _, _, d1, d2, d3, d4, gain, _ = coefficients
    n, m = x.shape
    for i in range(n):
        if i < 4:
            for j in range(m):
                edge = x[0, j] * gain
                y1 = y[i - 1, j] if i > 0 else edge
                y2 = y[i - 2, j] if i > 1 else edge
                y3 = y[i - 3, j] if i > 2 else edge
                x1, x2, x3 = x[max(i - 1, 0), j], x[max(i - 2, 0), j], x[max(i - 3, 0), j]
                terms = n0 * x[i, j] + n1 * x1 + n2 * x2 + n3 * x3
                y[i, j] = terms - d1 * y1 - d2 * y2 - d3 * y3 - d4 * edge
        else:
            for j in range(m):
                terms = n0 * x[i, j] + n1 * x[i - 1, j] + n2 * x[i - 2, j] + n3 * x[i - 3, j]
                back = terms - d1 * y[i - 1, j] - d2 * y[i - 2, j] - d3 * y[i - 3, j]
                y[i, j] = back - d4 * y[i - 4, j]


@njit(cache=True)
def _backward(x, coefficients, forward, kept, y, out):
    """The anticausal half, from the end to the first wanted value, added to the causal one.

    `y` holds the last five rows of it, in turns.
    """
    _, _, _, _, m1, m2, m3, m4, d1, d2, d3, d4, _, gain = coefficients
    start, stop = kept
    n, m = x.shape
    for i in range(n - 1, start - 1, -1):
        here, a, b, c, d = i % 5, (i + 1) % 5, (i + 2) % 5, (i + 3) % 5, (i + 4) % 5
        x1, x2, x3, x4 = (
            min(i + 1, n - 1),
            min(i + 2, n - 1),
            min(i + 3, n - 1),
            min(i + 4, n - 1),
        )
        if i >= n - 4:
            for j in range(m):
                edge = x[n - 1, j] * gain
                y1 = y[a, j] if i < n - 1 else edge
                y2 = y[b, j] if i < n - 2 else edge
                y3 = y[c, j] if i < n - 3 else edge
                terms = m1 * x[x1, j] + m2 * x[x2, j] + m3 * x[x3, j] + m4 * x[x4, j]
                y[here, j] = terms - d1 * y1 - d2 * y2 - d3 * y3 - d4 * edge
        else:
            for j in range(m):
                terms = m1 * x[x1, j] + m2 * x[x2, j] + m3 * x[x3, j] + m4 * x[x4, j]
                y[here, j] = terms - d1 * y[a, j] - d2 * y[b, j] - d3 * y[c, j] - d4 * y[d, j]
        if i < stop:
            for j in range(m):
                out[i - start, j] = forward[i, j] + y[here, j]
