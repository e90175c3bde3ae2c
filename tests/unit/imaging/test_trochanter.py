"""The lesser trochanter's lower edge, on made shafts."""

import numpy as np
import pytest
import SimpleITK as sitk

from osteoct.imaging.trochanter import bend, lower_edge_mm, sections

KNEE = {"below_mm": 20, "above_mm": 8, "grows_by": 0.1, "edge_mm": 0}
SETTINGS = {"bone_above_hu": 150, "guess_sd_mm": 6, "knee": KNEE}
EDGE_MM = 42.0


def thigh(slice_mm, *, stands_out=1.0, ischium=False):
    """A hollow shaft that widens upwards and, above EDGE_MM, behind; z = 0 at the bottom."""
    heights = np.arange(0, 90, slice_mm)[:, None, None]
    y, x = np.ogrid[-30:30, -30:30]
    across = np.hypot(x, y) - (14 + 0.03 * heights)
    behind = np.clip((heights - EDGE_MM) * stands_out, 0, 12)
    bump = np.hypot(x + 6, y - 8 - behind) - 8
    inside = np.minimum(across, np.where(heights > EDGE_MM, bump, 9))
    hu = np.where(inside < 0, np.where(inside > -3, 900, 0), 40)
    if ischium:
        hu[(heights > 25) & (heights < 60) & (np.hypot(x + 30, y - 20) < 14)] = 700
    ct = sitk.GetImageFromArray(
        (hu + np.random.default_rng(1).normal(0, 20, hu.shape)).astype("i2")
    )
    ct.SetSpacing((1.0, 1.0, slice_mm))
    return ct


def everywhere(ct):
    return np.ones(ct.GetSize()[::-1], bool)


@pytest.mark.parametrize("slice_mm", [1.0, 3.0, 5.0])
@pytest.mark.parametrize("guess_mm", [EDGE_MM - 6, EDGE_MM + 6])
def test_edge_is_found_from_a_rough_guess_in_thin_and_thick_slices(slice_mm, guess_mm):
    ct = thigh(slice_mm)
    found = lower_edge_mm(ct, everywhere(ct), guess_mm, **SETTINGS)
    assert found == pytest.approx(EDGE_MM, abs=3)


def test_other_bones_do_not_count():
    ct = thigh(1.0, ischium=True)
    near = everywhere(ct)
    near[:, :, :12] = False
    found = lower_edge_mm(ct, near, EDGE_MM - 8, **SETTINGS)
    assert found == pytest.approx(EDGE_MM, abs=3)


def test_even_shaft_has_no_edge():
    ct = thigh(1.0, stands_out=0)
    assert np.isnan(lower_edge_mm(ct, everywhere(ct), EDGE_MM, **SETTINGS))


def test_image_that_ends_in_the_trochanter_has_no_edge():
    ct = thigh(1.0)[:, :, 43:]
    assert np.isnan(lower_edge_mm(ct, everywhere(ct), EDGE_MM + 5, **SETTINGS))


def test_image_without_bone_has_no_edge():
    ct = thigh(2.0) * 0
    areas, _ = sections(ct, everywhere(ct), bone_above_hu=150)
    assert not areas.any()
    assert np.isnan(lower_edge_mm(ct, everywhere(ct), EDGE_MM, **SETTINGS))


def test_bend_is_the_growth_beyond_the_lower_line():
    heights = np.arange(-10.0, 10)
    areas = 500 + 2 * heights + 30 * np.maximum(heights, 0)
    growth, scatter = bend(heights, areas)
    assert growth == pytest.approx(30 / 500)
    assert scatter == pytest.approx(0, abs=1e-6)
    assert bend(heights[:11], areas[:11]) == (0, 0)
