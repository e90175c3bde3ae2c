"""The scanner: what a standard kernel and a low dose make of the truth."""

import numpy as np
from scipy.ndimage import gaussian_filter

WATER_PER_MM = 0.019  # attenuation of water at 120 kVp
SATURATION_HU = (-1024, 3071)


def blur(image, blur_mm, pixel_mm):
    """In-plane point spread of the reconstruction kernel on one axial slice."""
    return gaussian_filter(image, blur_mm / pixel_mm, truncate=2.5, mode="nearest")


def calibrate(image, *, factor, offset_hu):
    """CT numbers of a scanner whose water and air are not quite at 0 and -1000 HU."""
    return np.float32(factor) * image + np.float32(offset_hu)


def noise_slice(rng, image, *, pixel_mm, noise_hu, grain_mm, streak_share):
    """Quantum noise of one axial slice: grainy, stronger behind more tissue, streaky across hips.

    Parameters
    ----------
    rng : numpy.random.Generator
    image : ndarray, shape (y, x)
        CT numbers of the slice.
    pixel_mm : float
    noise_hu : float
        Standard deviation in the middle of the body.
    grain_mm : float
        Standard deviation of the noise's correlation kernel.
    streak_share : float
        Share of the noise that is drawn out from side to side where that path is longest.

    Returns
    -------
    ndarray of float32, shape (y, x)
    """
    lateral, strength = _strength(image, pixel_mm)
    grain = gaussian_filter(
        rng.standard_normal(image.shape, dtype=np.float32), grain_mm / pixel_mm, truncate=2.5
    )
    noise = strength * (grain * _restored_spread(grain_mm / pixel_mm))
    if streak_share > 0:
        streaks = _streaks(rng, image.shape, grain_mm / pixel_mm)
        noise += np.float32(streak_share) * np.clip(lateral, 0, 1.5) * streaks
    return np.float32(noise_hu) * noise


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


def _streaks(rng, shape, grain):
    """Noise of standard deviation 1 drawn out along x."""
    step = 8
    thin = rng.standard_normal((shape[0], shape[1] // step + 2), dtype=np.float32)
    thin = gaussian_filter(thin, (grain, 1.2), truncate=2.5)
    thin /= thin.std()
    return np.repeat(thin, step, axis=1)[:, : shape[1]]


def settle(noise, before, slice_share):
    """Correlate a slice's noise with the one before at constant strength, as a helix does."""
    if before is None:
        return noise
    return np.float32(np.sqrt(1 - slice_share**2)) * noise + np.float32(slice_share) * before


def digitise(image):
    """CT numbers as stored: whole, 12 bits wide."""
    return np.clip(np.rint(image), *SATURATION_HU).astype(np.int16)
