"""The scanner: what a standard kernel and a low dose make of the truth."""

import numpy as np
from scipy.ndimage import gaussian_filter

WATER_PER_MM = 0.019  # attenuation of water at 120 kVp
SATURATION_HU = (-1024, 3071)


def blur(image, blur_mm, pixel_mm):
    """In-plane point spread of the reconstruction kernel on one axial slice."""
    return gaussian_filter(image, blur_mm / pixel_mm, truncate=2.5, mode="nearest")


def noise_slice(rng, image, *, pixel_mm, noise_hu, grain_mm, streak_share):
    """Quantum noise of one axial slice: grainy, stronger behind more tissue, streaky across hips.

    Parameters
    ----------
    rng : numpy.random.Generator
    image : ndarray, shape (y, x)
        CT numbers of the slice.
    pixel_mm : float
    noise_hu : float
        Standard deviation where an X-ray crosses the body's average path.
    grain_mm : float
        Standard deviation of the noise's correlation kernel.
    streak_share : float
        Share of the noise that is drawn out from side to side where that path is longest.

    Returns
    -------
    ndarray of float32, shape (y, x)
    """
    attenuation = np.clip(image + 1000, 0, 2500) * np.float32(WATER_PER_MM * 1e-3 * pixel_mm)
    across, down = attenuation.sum(axis=1), attenuation.sum(axis=0)
    typical = 0.5 * (np.quantile(across, 0.85) + np.quantile(down, 0.85))
    lateral = np.exp(0.5 * (across - typical))[:, None]
    vertical = np.exp(0.5 * (down - typical))[None, :]
    strength = np.sqrt(0.5 * (lateral**2 + vertical**2)) * 0.8 + 0.25
    grain = gaussian_filter(
        rng.standard_normal(image.shape, dtype=np.float32), grain_mm / pixel_mm, truncate=2.5
    )
    grain *= np.float32(2 * np.sqrt(np.pi) * grain_mm / pixel_mm)
    noise = strength * grain
    if streak_share > 0:
        noise += (
            streak_share * np.clip(lateral, 0, 2) * _streaks(rng, image.shape, grain_mm / pixel_mm)
        )
    return np.float32(noise_hu) * noise


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
