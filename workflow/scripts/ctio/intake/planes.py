"""Which contours of a structure a slice has."""

import numpy as np

APART = 0.6  # contours further apart in z, in slices, are of two slices; rounding moves up to 0.5
HALF = 0.5  # of a slice distance: what is further from a slice belongs to another one
SAME = 0.05  # in slices: contours so near in z were drawn on one plane
MIN_PLANES = 3  # from which their distance can be known
BRIDGE = 1.5  # plane distances without a contour that are filled from both sides


def contours_of_slices(heights, n_slices):
    """The contours that are drawn in each slice of a CT.

    A slice takes the contour nearest to it, and all that were drawn on one plane with it: those
    within half a slice distance, since planning systems round z. It takes them if they are within
    half a distance of planes, or if it lies between two planes that far apart.

    Parameters
    ----------
    heights : ndarray of float, shape (n_contours,)
        z of each contour in slices of the CT.
    n_slices : int
        Of the CT.

    Yields
    ------
    number : int
        A slice that has contours.
    chosen : ndarray of int
        Indices of its contours.

    Examples
    --------
    >>> [(n, c.tolist()) for n, c in contours_of_slices(np.array([1, 1.1, 2, 1.9]), 4)]
    [(1, [0, 1]), (2, [2, 3])]
    """
    if not len(heights):
        return
    spacing = _plane_spacing(heights)
    window = min(HALF, APART * spacing) if spacing >= APART else HALF * spacing
    reach, ordered = max(1.0, spacing) * HALF, np.sort(heights)
    for number in range(n_slices):
        nearest = heights[np.argmin(abs(heights - number))]
        if abs(nearest - number) <= reach or _is_between(ordered, number, BRIDGE * 2 * reach):
            yield number, np.flatnonzero(abs(heights - nearest) <= window)


def group_side_by_side(corners):
    """Contours of one structure in groups that lie beside each other, as two femora do.

    Planes of one femur may be rounded otherwise than those of the other.

    Parameters
    ----------
    corners : list of ndarray, shape (n_corners, 3)
        (x, y, z) of each contour, in voxels.

    Returns
    -------
    list of list of ndarray
        One group, if another one would have fewer than `MIN_PLANES` planes.
    """
    groups, reach = [], -np.inf
    for points in sorted(corners, key=lambda points: points[:, 0].min()):
        if points[:, 0].min() > reach:
            groups.append([])
        groups[-1].append(points)
        reach = max(reach, points[:, 0].max())
    planes = [_count_planes([points[:, 2].mean() for points in group]) for group in groups]
    return groups if all(count >= MIN_PLANES for count in planes) else [list(corners)]


def _count_planes(heights):
    return 1 + int((np.diff(np.sort(heights)) > SAME).sum())


def _plane_spacing(heights):
    """Distance of the planes of contours, in slices of the CT; 1 for a single plane.

    Small steps are rounding where most of the height is climbed in larger ones, and planes closer
    than the CT's slices where it is not.
    """
    steps = np.diff(np.sort(heights))
    steps = steps[steps > SAME]
    small, large = steps[steps <= APART], steps[steps > APART]
    if not steps.size:
        return 1.0
    is_fine = small.sum() > np.minimum(large, 1 + HALF).sum()
    return float(np.median(small if is_fine else large))


def _is_between(ordered, number, bridge):
    """Whether a slice lies between two neighbouring contours no further apart than `bridge`."""
    above = np.searchsorted(ordered, number)
    return 0 < above < len(ordered) and ordered[above] - ordered[above - 1] <= bridge
