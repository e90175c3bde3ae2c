"""The scanner: blur, quantum noise, calibration and 12 bits, applied to the true CT numbers."""

import numpy as np
from scipy.ndimage import gaussian_filter

WATER_PER_MM = 0.019  # attenuation of water at 120 kVp
RANGE_HU = (-1024, 3071)  # what 12 bits hold


def blur(image, blur_mm, pixel_mm):
    """In-plane point spread of the reconstruction kernel on one axial slice."""
    return gaussian_filter(image, blur_mm / pixel_mm, truncate=2.5, mode="nearest")


def shift_calibration(image, *, factor, offset_hu):
    """CT numbers of a scanner whose water and air are not quite at 0 and -1000 HU."""
    return np.float32(factor) * image + np.float32(offset_hu)


def draw_noise(rng, image, *, pixel_mm, sd_hu, correlation_length_mm, streak_fraction):
    """Quantum noise of one axial slice: correlated, stronger behind more tissue, in streaks.

    Parameters
    ----------
    rng : numpy.random.Generator
    image : ndarray, shape (y, x)
        CT numbers of the slice.
    pixel_mm : float
    sd_hu : float
        Standard deviation in the middle of the body.
    correlation_length_mm : float
        Standard deviation of the Gaussian kernel that correlates neighbouring pixels.
    streak_fraction : float
        Strength of sideways streaks, where the path from side to side is longest, relative to the
        rest of the noise.

    Returns
    -------
    ndarray of float32, shape (y, x)
    """
    lateral, strength = _strength(image, pixel_mm)
    sigma = correlation_length_mm / pixel_mm
    white = rng.standard_normal(image.shape, dtype=np.float32)
    correlated = gaussian_filter(white, sigma, truncate=2.5)
    noise = strength * (correlated * _restored_spread(sigma))
    if streak_fraction > 0:
        streaks = _draw_streaks(rng, image.shape, sigma)
        noise += np.float32(streak_fraction) * np.clip(lateral, 0, 1.5) * streaks
    return np.float32(sd_hu) * noise


def _strength(image, pixel_mm):
    """Noise relative to the middle of the body, by row from the side and for every pixel.

    Fewer photons arrive behind more tissue; the tube current follows the patient from slice to
    slice, so that the middle of the body stays at 1.
    """
    attenuation = np.clip(image + 1000, 0, 2500) * np.float32(WATER_PER_MM * 1e-3 * pixel_mm)
    across, down = attenuation.sum(axis=1), attenuation.sum(axis=0)
    wide, deep = np.quantile(across, 0.85), np.quantile(down, 0.85)
    middle = 0.5 * (np.exp(wide) + np.exp(deep)) + 1e-6
    lateral = np.exp(across)[:, None] / middle
    vertical = np.exp(down)[None, :] / middle
    strength = 0.25 + 0.75 * np.sqrt(0.5 * (lateral + vertical))
    return np.sqrt(0.5 * lateral), strength


def _restored_spread(sigma):
    """What white noise must be multiplied with to keep its spread through a Gaussian kernel."""
    offsets = np.arange(-int(2.5 * sigma + 0.5), int(2.5 * sigma + 0.5) + 1)
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    return np.float32(weights.sum() ** 2 / (weights**2).sum())


def _draw_streaks(rng, shape, sigma):
    """Noise of standard deviation 1 drawn out along x."""
    step = 8
    thin = rng.standard_normal((shape[0], shape[1] // step + 2), dtype=np.float32)
    thin = gaussian_filter(thin, (sigma, 1.2), truncate=2.5)
    thin /= thin.std()
    return np.repeat(thin, step, axis=1)[:, : shape[1]]


def mix_slices(noise, previous, previous_slice_fraction):
    """Noise of a slice with a fraction of the previous slice's: a helix correlates neighbours.

    The noise's strength stays the same.
    """
    if previous is None:
        return noise
    own = np.float32(np.sqrt(1 - previous_slice_fraction**2))
    return own * noise + np.float32(previous_slice_fraction) * previous


def digitise(image):
    """CT numbers as stored: whole, 12 bits wide."""
    return np.clip(np.rint(image), *RANGE_HU).astype(np.int16)
