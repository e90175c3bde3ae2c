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

EDGE = 4  # values beyond each end that the recursion looks at
STRIP = 64
ROW_1, ROW_2, ROW_3, ROW_4 = (np.uint64(rows * STRIP) for rows in range(1, 5))  # no negative index


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
    length = (volume.shape[axis] + EDGE) * STRIP
    work = tuple(np.zeros(length) for _ in range(4))
    kept = keep.start, keep.stop
    if axis == 0:
        rows = volume.reshape(len(volume), -1)
        _filter_rows(rows, coefficients, kept, work, out.reshape(len(out), -1))
    elif axis == 1:
        _filter_columns(volume, coefficients, kept, work, out)
    else:
        _filter_lines(volume, coefficients, kept, work, out)
    return out


@njit(cache=True)
def _filter_columns(volume, coefficients, kept, work, out):
    for z in range(volume.shape[0]):
        _filter_rows(volume[z], coefficients, kept, work, out[z])


@njit(cache=True)
def _filter_lines(volume, coefficients, kept, work, out):
    turned = np.empty(out.shape[:0:-1], np.float32)
    for z in range(volume.shape[0]):
        _filter_rows(np.ascontiguousarray(volume[z].T), coefficients, kept, work, turned)
        out[z] = turned.T


@njit(cache=True)
def _filter_rows(x, coefficients, kept, work, out):
    """Filter along the first axis of a matrix, in strips of one width, a constant to compilers.

    Indices are unsigned there, so that no loop has to look for negative ones.
    """
    ahead, behind, forward, backward = work
    start, stop = kept
    n, m = x.shape
    results = out.ravel()
    for left in range(0, m, STRIP):
        width = min(STRIP, m - left)
        _load(x.ravel(), (n, m, left, width), ahead, behind)
        _recursion(ahead, coefficients[:4], coefficients[8:13], stop + EDGE, forward)
        poles = np.append(coefficients[8:12], coefficients[13])
        _recursion(behind, coefficients[4:8], poles, n - start + EDGE, backward)
        for i in range(start, stop):
            first, last = (i + EDGE) * STRIP, (n - 1 - i + EDGE) * STRIP
            for j in range(width):
                value = forward[np.uint64(first + j)] + backward[np.uint64(last + j)]
                results[np.uint64((i - start) * m + left + j)] = value


@njit(cache=True)
def _load(values, strip, ahead, behind):
    """A strip from its first row on, and from its last row back, of which each value is one on."""
    n, m, left, width = strip
    for i in range(n + EDGE):
        first = max(i - EDGE, 0) * m + left
        last = min(n - i + EDGE, n - 1) * m + left
        for j in range(width):
            ahead[np.uint64(i * STRIP + j)] = values[np.uint64(first + j)]
            behind[np.uint64(i * STRIP + j)] = values[np.uint64(last + j)]


@njit(cache=True)
def _recursion(x, numerator, poles, stop, y):
    """Each value from four of the signal and the four before it, up to a row."""
    n0, n1, n2, n3 = numerator
    d1, d2, d3, d4, gain = poles
    for k in range(EDGE * STRIP):
        y[k] = x[k] * gain
    for i in range(EDGE, stop):
        for j in range(STRIP):
            k = np.uint64(i * STRIP + j)
            terms = n0 * x[k] + n1 * x[k - ROW_1] + n2 * x[k - ROW_2] + n3 * x[k - ROW_3]
            terms = terms - d1 * y[k - ROW_1] - d2 * y[k - ROW_2]
            y[k] = terms - d3 * y[k - ROW_3] - d4 * y[k - ROW_4]
