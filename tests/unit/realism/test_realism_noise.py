"""Noise made with known strength, correlation and direction is measured as it was made."""

import numpy as np
import pytest
from realism_measures.noise import (
    WINDOW,
    anisotropy,
    detrend,
    frequencies,
    lag_correlation,
    muscle_windows,
    noise_sd,
    power_spectrum,
)
from scipy.ndimage import gaussian_filter, rotate

DETREND = 3 / WINDOW**2  # the correlation that subtracting a plane takes from white noise


def noise_field(*, filtered=lambda field: field, sd=20, pages=40):
    """Windows cut out of wide fields of filtered white noise, without their planes."""
    rng = np.random.default_rng(5)
    fields = [filtered(rng.standard_normal((96, 96))) for _ in range(pages)]
    whole = np.array(fields)[:, 16:80, 16:80]
    whole *= sd / whole.std()
    return detrend(whole.reshape(pages, 4, 16, 4, 16).swapaxes(2, 3).reshape(-1, 16, 16))


def doubled(field):
    """Each pixel the mean of itself and the next one along y."""
    return (field + np.roll(field, 1, axis=0)) / 2


def test_white_noise_has_no_correlation():
    noise = noise_field()
    for axis in (1, 2):
        assert lag_correlation(noise, axis=axis) == pytest.approx(-DETREND, abs=0.01)


def test_the_mean_of_two_neighbours_correlates_by_a_half_along_y_alone():
    noise = noise_field(filtered=doubled)
    assert lag_correlation(noise, axis=1) == pytest.approx(0.5, abs=0.03)
    assert lag_correlation(noise, axis=2) == pytest.approx(0.0, abs=0.03)


@pytest.mark.parametrize("sigma", [0.6, 0.8])
def test_a_gaussian_kernel_correlates_as_its_weights_say(sigma):
    noise = noise_field(filtered=lambda field: gaussian_filter(field, sigma))
    weights = np.exp(-(np.arange(-4, 5) ** 2) / (2 * sigma**2))
    expected = weights[1:] @ weights[:-1] / (weights @ weights)
    assert lag_correlation(noise, axis=1) == pytest.approx(expected, abs=0.04)


@pytest.mark.parametrize("sd", [10, 30])
def test_the_spread_is_the_noise_s_and_not_that_of_a_slope(sd):
    noise = noise_field(sd=sd)
    y, x = np.indices((WINDOW, WINDOW))
    assert noise_sd(noise) == pytest.approx(sd, rel=0.02)
    assert noise_sd(detrend(noise + 5 * y - 3 * x + 50)) == pytest.approx(noise_sd(noise))


def test_noise_without_direction_has_nearly_no_anisotropy():
    assert anisotropy(noise_field()) < 0.15
    assert anisotropy(noise_field(filtered=lambda field: gaussian_filter(field, 0.7))) < 0.18


@pytest.mark.parametrize("degrees", [0, 30, 90])
def test_streaks_are_anisotropic_whatever_their_direction(degrees):
    def streaky(field):
        return rotate(gaussian_filter(field, (0.7, 8)), degrees, reshape=False, order=1)

    assert anisotropy(noise_field(filtered=streaky)) > 0.7


def test_the_power_of_white_noise_is_the_same_at_all_frequencies_and_sums_to_the_variance():
    pixel = 0.98
    power = power_spectrum(noise_field(sd=20), pixel)
    assert power.mean() / pixel**2 == pytest.approx(400 * (1 - DETREND), rel=0.02)
    high = np.abs(frequencies(pixel)) > 0.2
    assert power[high][:, high] == pytest.approx(400 * pixel**2, rel=0.25)


def test_windows_are_muscle_near_the_femur_and_nothing_else():
    hu = np.full((4, 120, 300), 50.0)
    hu[:, :, :40] = -100
    inside = np.zeros(hu.shape, bool)
    inside[1:3, 50:70, 60:80] = True
    hu[inside] = 300
    windows = muscle_windows(hu, inside, np.array([3.27, 1.0, 1.0]))
    assert len(windows) > 20
    assert np.all(windows == 50)
    assert len(windows) < 2 * (120 / 8) * (100 / 8)


def test_without_muscle_there_is_no_window():
    inside = np.zeros((3, 60, 60), bool)
    inside[1, 20:40, 20:40] = True
    assert muscle_windows(np.full(inside.shape, -100.0), inside, np.ones(3)).shape == (0, 16, 16)
