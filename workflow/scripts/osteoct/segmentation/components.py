"""Connected pieces of masks."""

import numpy as np
from scipy import ndimage


def largest_piece(mask):
    """The largest connected piece of a mask (z, y, x); an empty mask stays empty."""
    labels, count = ndimage.label(mask)
    return mask if count < 2 else labels == np.bincount(labels.ravel())[1:].argmax() + 1
