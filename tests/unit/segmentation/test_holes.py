import numpy as np
from scipy import ndimage

from osteoct.segmentation.regions import fill_holes


def test_holes_are_filled_in_each_axial_plane():
    mask = np.random.default_rng(3).random((6, 40, 30)) < 0.55
    expected = np.stack([ndimage.binary_fill_holes(plane) for plane in mask])
    assert np.array_equal(fill_holes(mask), expected)
    assert np.count_nonzero(expected) > np.count_nonzero(mask)


def test_what_is_open_above_alone_is_filled_and_what_is_open_to_the_side_is_not():
    ring = np.zeros((1, 5, 5), bool)
    ring[0, 1:4, 1:4] = True
    ring[0, 2, 2] = False
    assert fill_holes(ring)[0, 2, 2]
    ring[0, 2, 3:] = False
    assert not fill_holes(ring)[0, 2, 2]
