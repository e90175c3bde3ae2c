"""One seed for the whole study, one independent stream for each thing that is drawn."""

from zlib import crc32

import numpy as np


def generator(seed, *names):
    """Random stream that depends on the study's seed and on what it is for, on nothing else.

    Parameters
    ----------
    seed : int
        The study's seed, from the configuration.
    *names : str
        What is drawn, e.g. ``"anatomy", "S0007"``; other names give independent streams, so a
        patient comes out the same alone and in any cohort.

    Returns
    -------
    numpy.random.Generator

    Examples
    --------
    >>> generator(1, "split").integers(100) == generator(1, "split").integers(100)
    np.True_
    """
    return np.random.default_rng([seed, *(crc32(name.encode()) for name in names)])
