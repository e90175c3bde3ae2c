"""Noise of a CT in the muscle around a femur: how strong, how fine, and drawn out which way.

All of it is measured in the same windows: squares of 16 pixels (15.6 mm) in axial slices, half
overlapping, between the lowest and the highest slice of the femur's mask, their middle no farther
than 50 mm from the mask. A window counts if the CT, smoothed by a Gaussian of 2 pixels, lies
between 0 and 100 HU in all of it: muscle without fat, bone or vessels with contrast. What is left
after a plane has been fitted to a window by least squares and subtracted is its noise.
"""

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter, uniform_filter

from realism_measures.scans import box_of

WINDOW = 16  # pixels
PLANE = 3  # degrees of freedom that the fitted plane takes
MUSCLE_HU = (0, 100)
SMOOTHING_PIXELS = 2
NEAR_MM = 50
MIN_WINDOWS = 20


def measure_noise(scan):
    """All measures of noise of one hip, missing where fewer than 20 windows are found."""
    noise = detrend(muscle_windows(scan.hu, scan.inside, scan.spacing_mm))
    if len(noise) < MIN_WINDOWS:
        noise = np.full((1, WINDOW, WINDOW), np.nan)
    return {
        "noise_sd_hu": noise_sd(noise),
        "noise_lag_y": lag_correlation(noise, axis=1),
        "noise_lag_x": lag_correlation(noise, axis=2),
        "noise_anisotropy": anisotropy(noise),
    }, power_spectrum(noise, scan.spacing_mm[1])


def muscle_windows(hu, inside, spacing_mm):
    """Windows of muscle near a femur.

    Parameters
    ----------
    hu : ndarray, shape (z, y, x)
    inside : ndarray of bool, shape (z, y, x)
        The femur.
    spacing_mm : array-like of float, (z, y, x)

    Returns
    -------
    ndarray, shape (n, 16, 16)
        Axes: window, y, x.
    """
    around = int(NEAR_MM / spacing_mm[1]) + WINDOW
    part = box_of(inside, (0, around, around))
    hu = hu[part]
    near = distance_transform_edt(~inside[part], sampling=spacing_mm) <= NEAR_MM
    middle = WINDOW // 2
    found = [np.empty((0, WINDOW, WINDOW), np.float32)]
    for image, close in zip(hu, near, strict=True):
        smooth = gaussian_filter(image, SMOOTHING_PIXELS)
        muscle = (smooth > MUSCLE_HU[0]) & (smooth < MUSCLE_HU[1])
        whole = uniform_filter(muscle.astype(float), WINDOW, mode="constant") > 1 - 1e-6
        whole &= close
        windows = np.lib.stride_tricks.sliding_window_view(image, (WINDOW, WINDOW))
        chosen = whole[middle : middle + windows.shape[0], middle : middle + windows.shape[1]]
        found.append(windows[::middle, ::middle][chosen[::middle, ::middle]])
    return np.concatenate(found)


def detrend(windows):
    """Windows less the plane that lies closest to each, shape (n, y, x) as before."""
    y, x = np.indices(windows.shape[1:]).reshape(2, -1)
    basis = np.linalg.qr(np.column_stack([np.ones(x.size), x, y]))[0]
    flat = windows.reshape(len(windows), -1).astype(float)
    return (flat - (flat @ basis) @ basis.T).reshape(windows.shape)


def noise_sd(noise):
    """Standard deviation in HU: the median of the windows' own."""
    count = noise.shape[1] * noise.shape[2] - PLANE
    return float(np.median(np.sqrt((noise**2).sum(axis=(1, 2)) / count)))


def lag_correlation(noise, *, axis):
    """Correlation of neighbouring pixels along y (axis 1) or x (axis 2), over all windows.

    The mean product of neighbours over the mean square of all pixels: 0 for white noise, less
    about 0.01 for the plane that was subtracted.
    """
    moved = np.moveaxis(noise, axis, -1)
    return float((moved[..., 1:] * moved[..., :-1]).mean() / (noise**2).mean())


def anisotropy(noise):
    """How much the noise of a window is drawn out in one direction: the median over the windows.

    With the sums of squares and products of a window's gradients by central differences, Syy, Sxx
    and Sxy, it is ``sqrt((Sxx - Syy)² + 4 Sxy²) / (Sxx + Syy)``, the coherence of the structure
    tensor: 1 for parallel streaks, whatever their direction. Noise without a direction has about
    0.1 and not 0, since one window holds few grains.
    """
    down = noise[:, 2:, 1:-1] - noise[:, :-2, 1:-1]
    across = noise[:, 1:-1, 2:] - noise[:, 1:-1, :-2]
    yy, xx, xy = (
        (a * b).sum(axis=(1, 2))
        for a, b in zip((down, across, down), (down, across, across), strict=True)
    )
    return float(np.median(np.hypot(xx - yy, 2 * xy) / (xx + yy)))


def power_spectrum(noise, pixel_mm):
    """Noise power spectrum, the mean over the windows, frequency 0 in the middle.

    ``pixel² / (16 · 16) · |DFT(window)|²`` in HU² mm²; its mean over all frequencies times the
    range of frequencies squared is the variance.

    Returns
    -------
    ndarray, shape (16, 16)
        Axes: frequency along y, frequency along x; `frequencies` has their values.
    """
    power = np.abs(np.fft.fft2(noise)) ** 2
    return np.fft.fftshift(power.mean(axis=0)) * pixel_mm**2 / (noise.shape[1] * noise.shape[2])


def frequencies(pixel_mm):
    """Frequencies of an axis of `power_spectrum`, in 1/mm."""
    return np.fft.fftshift(np.fft.fftfreq(WINDOW, pixel_mm))
