"""Connected components of masks, and what they enclose."""

import numpy as np
from scipy import ndimage

IN_PLANE = np.stack([np.zeros((3, 3)), ndimage.generate_binary_structure(2, 1), np.zeros((3, 3))])


def largest_component(mask):
    """The largest connected component of a mask (z, y, x); an empty mask stays empty."""
    labels, count = ndimage.label(mask)
    return mask if count < 2 else labels == np.bincount(labels.ravel())[1:].argmax() + 1


def fill_holes(mask):
    """Mask (z, y, x) with all that it encloses in each axial plane."""
    outside = np.pad(~mask, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    labels, _ = ndimage.label(outside, structure=IN_PLANE)
    return (labels != labels[:, :1, :1])[:, 1:-1, 1:-1]  # every corner lies outside
