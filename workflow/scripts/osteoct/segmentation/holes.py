"""What a bone encloses."""

import numpy as np
from scipy import ndimage

IN_PLANE = np.stack([np.zeros((3, 3)), ndimage.generate_binary_structure(2, 1), np.zeros((3, 3))])


def filled(mask):
    """Mask (z, y, x) with all that it encloses in each axial plane."""
    outside = np.pad(~mask, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    parts, _ = ndimage.label(outside, structure=IN_PLANE)
    return (parts != parts[:, :1, :1])[:, 1:-1, 1:-1]  # every corner lies outside
