"""Which pixels lie inside a polygon."""

import numpy as np


def fill_polygon(points, shape):
    """Pixels whose centre lies inside a closed polygon, by the even-odd rule.

    A row of pixels is inside wherever an odd number of edges lies to the right of it, so that
    keyholes and crossings need no special care.

    Parameters
    ----------
    points : ndarray of float, shape (n, 2)
        Corners as (x, y) in pixels; the centre of the first pixel is (0, 0).
    shape : tuple of int, (rows, columns)

    Returns
    -------
    ndarray of bool, shape `shape`

    References
    ----------
    Shimrat M (1962). Algorithm 112: position of point relative to polygon. Commun ACM 5:434.
    doi:10.1145/368637.368653

    Examples
    --------
    >>> square = np.array([[0.5, 0.5], [3.5, 0.5], [3.5, 2.5], [0.5, 2.5]])
    >>> fill_polygon(square, (4, 5)).astype(int)
    array([[0, 0, 0, 0, 0],
           [0, 1, 1, 1, 0],
           [0, 1, 1, 1, 0],
           [0, 0, 0, 0, 0]])
    """
    rows, columns = shape
    turns = np.zeros((rows, columns + 1), dtype=int)
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        low, high = sorted((y0, y1))
        crossed = np.arange(max(0, int(np.ceil(low))), min(rows, int(np.ceil(high))))
        if crossed.size:
            at = x0 + (crossed - y0) * (x1 - x0) / (y1 - y0)
            np.add.at(turns, (crossed, np.clip(np.ceil(at), 0, columns).astype(int)), 1)
    right = np.cumsum(turns[:, ::-1], axis=1)[:, ::-1]  # edges at this column or further right
    return right[:, 1:] % 2 == 1
