"""Which pixels lie inside a polygon."""

import numpy as np

MAX_HOLE = 0.9  # of a contour's area: a larger hole would leave a rim of 5% of the radius
MAX_OUTSIDE = 0.05  # of a hole's area: a contour that sticks out further is beside, not inside


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


def fill_contours(polygons, shape, *, exclusive=False):
    """Pixels inside the contours of one structure in one slice.

    A contour inside another one is a hole, one inside the hole an island. Contours that overlap
    otherwise, or that are there twice, are united.

    Parameters
    ----------
    polygons : list of ndarray of float, shape (n, 2)
    shape : tuple of int, (rows, columns)
    exclusive : bool
        Whether every overlap is a hole, as DICOM's CLOSEDPLANAR_XOR says.

    Returns
    -------
    ndarray of bool, shape `shape`
    """
    areas = [fill_polygon(polygon, shape) for polygon in polygons]
    if exclusive or len(areas) == 1:
        return np.logical_xor.reduce(areas)
    areas = sorted((area for area in areas if area.any()), key=np.count_nonzero, reverse=True)
    filled, used = np.zeros(shape, dtype=bool), []
    for area in areas:
        around = [other for other in used if _is_inside(area, other)]
        if all(area.sum() <= MAX_HOLE * other.sum() for other in around):
            used.append(area)
            filled = filled & ~area if len(around) % 2 else filled | area
    return filled


def _is_inside(area, other):
    return (area & ~other).sum() <= MAX_OUTSIDE * area.sum()
