"""One level of the stationary wavelet transform: eight bands of low and high pass."""

import numpy as np
import pywt
from numba import njit


def bands(volume, *, wavelet, box):
    """The eight bands of a volume, inside a box.

    Parameters
    ----------
    volume : ndarray of float64, shape (z, y, x)
        Beyond its ends it begins again; an odd axis first gets its first value once more at the
        end, as pyradiomics does.
    wavelet : str
        PyWavelets' name, e.g. ``"coif1"``.
    box : tuple of slice, (z, y, x)
        The part of the volume that is wanted.

    Returns
    -------
    dict of str to ndarray of float64, shape of the box
        From ``"LLL"`` to ``"HHH"``; the letters are the filters along x, y and z. Each value is
        the same sum in the same order as PyWavelets' ``swtn``.

    References
    ----------
    Mallat S (2009). A wavelet tour of signal processing, 3rd ed., 5.2 (the algorithme à trous).
    """
    filters = pywt.Wavelet(wavelet)
    taps = np.array([filters.dec_lo, filters.dec_hi])
    around = [
        _around(part, size, taps.shape[1]) for part, size in zip(box, volume.shape, strict=True)
    ]
    found = {"": np.ascontiguousarray(volume[np.ix_(*around)])}
    for axis in (2, 1, 0):
        parts = {name: _split(part, taps, axis) for name, part in found.items()}
        found = {name + "LH"[k]: pair[k] for name, pair in parts.items() for k in range(2)}
    return found


def _around(part, size, taps):
    """Indices along one axis of all voxels that the filters see from inside the box."""
    period = size + size % 2
    first = part.start + taps // 2 - (taps - 1)
    indices = np.arange(first, part.stop + taps // 2) % period
    return np.where(indices == size, 0, indices)


def _split(volume, taps, axis):
    """Low and high pass of a volume along one axis, which loses the filter's length less one."""
    shape = list(volume.shape)
    shape[axis] -= taps.shape[1] - 1
    out = np.empty([2, *shape])
    _convolve(volume, taps, axis, out)
    return out


@njit(cache=True)
def _convolve(volume, taps, axis, out):
    _, nz, ny, nx = out.shape
    length = taps.shape[1]
    low, high = np.empty(nx), np.empty(nx)
    for z in range(nz):
        for y in range(ny):
            low[:] = 0
            high[:] = 0
            for k in range(length):
                back = length - 1 - k
                row = volume[z + back * (axis == 0), y + back * (axis == 1)]
                shift = back * (axis == 2)
                for x in range(nx):
                    value = row[x + shift]
                    low[x] += taps[0, k] * value
                    high[x] += taps[1, k] * value
            out[0, z, y] = low
            out[1, z, y] = high
