"""The lesser trochanter's lower edge, on synthetic shafts."""

import numpy as np
import pytest
import SimpleITK as sitk

from ctio import LEFT, RIGHT
from osteoct.segmentation.trochanter import (
    extended,
    largest_bone,
    lower_edge_mm,
    starts_to_protrude,
)

SEARCH_MM = 12
EDGE_MM = 42.0


def thigh(slice_mm, *, trochanter=True, side=LEFT, ischium=False, ridge=False):
    """A hollow shaft that leans and widens upwards, with a trochanter above EDGE_MM; z from 0."""
    fine = np.arange(0, 90, 0.5)[:, None, None]
    y, x = np.ogrid[-32:32, -32:32]
    if side == RIGHT:
        x = -x
    x, y = x + 0.1 * (fine - EDGE_MM), y + 0.05 * (fine - EDGE_MM)
    inside = np.hypot(x, y) - (13 + 0.03 * fine)
    if trochanter:
        behind = np.clip((fine - EDGE_MM) * 0.7, 0, 10)
        bump = np.hypot(x + 7, y - 8 - behind) - 8
        inside = np.minimum(inside, np.where(fine > EDGE_MM, bump, 9))
    if ridge:
        inside = np.minimum(inside, np.hypot(x - 4, y - 10) - 6)
    hu = np.where(inside < 0, np.where(inside > -3, 900, 0), 40)
    if ischium:
        hu[((fine > 25) & (fine < 60) & (np.hypot(x + 32, y - 20) < 12))] = 700
    thick = int(slice_mm / 0.5)
    hu = hu[: len(hu) // thick * thick].reshape(-1, thick, *hu.shape[1:]).mean(axis=1)
    noise = np.random.default_rng(1).normal(0, 20, hu.shape)
    ct = sitk.GetImageFromArray((hu + noise).astype("i2"))
    ct.SetSpacing((1.0, 1.0, slice_mm))
    ct.SetOrigin((0, 0, slice_mm / 2 - 0.25))
    return ct


def everywhere(ct):
    return np.ones(ct.GetSize()[::-1], bool)


def edge(ct, guess_mm=EDGE_MM, side=LEFT, near=None, **settings):
    near = everywhere(ct) if near is None else near
    return lower_edge_mm(ct, near, guess_mm, side, **{"search_mm": SEARCH_MM} | settings)


@pytest.mark.parametrize("side", [RIGHT, LEFT])
@pytest.mark.parametrize("slice_mm", [1.0, 3.0, 5.0])
@pytest.mark.parametrize("guess_mm", [EDGE_MM - 8, EDGE_MM + 8])
def test_edge_is_found_from_a_rough_guess_in_thin_and_thick_slices(side, slice_mm, guess_mm):
    found = edge(thigh(slice_mm, side=side), guess_mm, side)
    assert found == pytest.approx(EDGE_MM, abs=max(2, 1.1 * slice_mm))


def test_edge_is_the_height_of_a_slice():
    ct = thigh(3.0)
    heights = [ct.TransformIndexToPhysicalPoint((0, 0, k))[2] for k in range(ct.GetDepth())]
    assert edge(ct) in heights


def test_ridge_along_the_shaft_does_not_count():
    assert edge(thigh(1.0, ridge=True)) == pytest.approx(EDGE_MM, abs=2)


def test_other_bones_do_not_count():
    ct = thigh(1.0, ischium=True)
    near = everywhere(ct)
    near[:, :, :12] = False
    assert edge(ct, EDGE_MM - 8, near=near) == pytest.approx(EDGE_MM, abs=2)


def test_even_shaft_has_no_edge():
    assert np.isnan(edge(thigh(1.0, trochanter=False)))


def test_image_that_ends_in_the_trochanter_has_no_edge():
    assert np.isnan(edge(thigh(1.0)[:, :, 43:], EDGE_MM + 5))


def test_image_without_bone_has_no_edge():
    ct = thigh(2.0) * 0
    assert not largest_bone(sitk.GetArrayFromImage(ct), everywhere(ct)).any()
    assert np.isnan(edge(ct))


def test_partial_first_slice_of_a_trochanter_is_left_out():
    ct = thigh(5.0)
    assert edge(ct, faint_fraction=1) == edge(ct, faint_fraction=0) + 5


def test_trochanter_starts_where_bone_protrudes_enough_for_long_enough():
    above = np.arange(-3.0, 9)
    settings = {"min_mm": 2, "min_fraction": 0.3, "within_mm": 8, "for_mm": 2}
    out = np.array([0, 0, 0, 3, 4, 5, 6, 7, 8, 9, 9, 9])
    assert starts_to_protrude(out, above, **settings)
    assert not starts_to_protrude(np.roll(out, 1), above, **settings)
    assert not starts_to_protrude(out, above, **settings | {"min_fraction": 0.5})
    assert not starts_to_protrude(out, above, **settings | {"min_mm": 4})


def test_extended_lines_go_on_straight():
    values = np.array([[1.0, 8.0], [2.0, 6.0], [3.0, 4.0]])
    assert extended([0, 1, 2], values, np.array([4])) == pytest.approx(np.array([[5.0, 0.0]]))
