"""Grey levels: the values of a region in bins."""

import numpy as np
from numba import njit


def grey_levels(values, edges):
    """Number of the bin of every value, from 1.

    Parameters
    ----------
    values : ndarray, shape (n,)
    edges : ndarray, shape (n_bins + 1,)
        Ascending and evenly spaced; the first is not above any value. A value on an edge belongs
        to the bin above it.

    Returns
    -------
    ndarray of uint16, shape (n,)
    """
    levels = np.empty(len(values), np.uint16)
    _fill(values, edges.astype(np.float64), levels)
    return levels


@njit(cache=True)
def _fill(values, edges, levels):
    """Guess each bin by a division, then put right what rounding did near the edges."""
    low = edges[0]
    per_unit = (edges.size - 1) / (edges[-1] - edges[0])
    for i in range(values.size):
        k = int((values[i] - low) * per_unit)
        while k > 0 and edges[k] > values[i]:
            k -= 1
        while k + 1 < edges.size and edges[k + 1] <= values[i]:
            k += 1
        levels[i] = k + 1


def fixed_width_edges(values, width):
    """Edges of bins of one width, one of them at 0, as pyradiomics sets them.

    Parameters
    ----------
    values : ndarray
        In the precision in which they were filtered: the edges are computed in the same.
    width : float

    Returns
    -------
    ndarray of float64
        Up to the first edge or two above the highest value.

    References
    ----------
    van Griethuysen J.J.M. et al. (2017). Cancer Res 77:e104-e107, `getBinEdges` of pyradiomics.
    """
    lowest, highest = values.min(), values.max()
    start = lowest - lowest % width
    edges = np.arange(start, highest + 2 * width, width)
    return edges.astype(np.float64)


def edges_from(origin, highest, width):
    """Edges of bins of one width from a given lowest value on (IBSI: fixed bin size)."""
    return origin + width * np.arange(int((highest - origin) // width) + 2, dtype=float)


def fixed_number_edges(values, number):
    """Edges of equal bins from the lowest to the highest value (IBSI: fixed bin number)."""
    edges = np.linspace(values.min(), values.max(), number + 1)
    edges[-1] = np.nextafter(edges[-1], np.inf)  # the highest value belongs to the last bin
    return edges
