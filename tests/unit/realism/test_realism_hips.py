"""Bones, fat and grids made with known values are measured as they were made."""

import numpy as np
import pytest
import SimpleITK as sitk
from made_hips import SPACING, image, whole_femur
from realism_measures.bone import find_planes, head_core_hu, measure_bone
from realism_measures.density import correlation, partial_correlation
from realism_measures.fat import fat_peak_hu
from realism_measures.scans import SPACING_MM, Scan, average_slices, to_grid


@pytest.fixture(scope="module")
def femur():
    return whole_femur()


def test_the_cores_are_of_the_head_and_of_the_neck(femur):
    inside, head = femur
    hu = np.where(head, 300.0, np.where(inside, 180.0, 40.0)).astype(np.float32)
    values = measure_bone(Scan("made", image(hu), image(inside.astype(np.uint8))))
    assert values["head_core_hu"] == 300
    assert values["neck_core_hu"] == pytest.approx(180, abs=12)  # some of it lies in the sphere
    assert values["head_minus_neck_hu"] == pytest.approx(120, abs=12)


def test_the_rim_of_the_head_is_not_its_core(femur):
    inside, _ = femur
    z, y, x = np.indices(inside.shape) * SPACING[:, None, None, None]
    rim = np.sqrt((z - 70) ** 2 + (y - 30) ** 2 + (x - 28) ** 2) > 19
    assert head_core_hu(np.where(rim, 900.0, 100.0), inside, SPACING) == 100


def test_the_plane_of_the_neck_is_found(femur):
    centre, along = find_planes(femur[0], SPACING)
    assert centre == pytest.approx([70, 30, 28], abs=1)
    assert along == pytest.approx([0, 0, 1], abs=0.1)


def test_a_femur_without_a_neck_has_a_head_and_a_plane_all_the_same(femur):
    inside, head = femur
    block = np.zeros_like(inside)
    block[10:25, 25:35, 40:50] = True
    values = measure_bone(Scan("", image(inside * 90.0), image((head | block).astype(np.uint8))))
    assert values["head_core_hu"] == 90
    assert np.isnan(values["neck_core_hu"])
    assert np.isfinite(find_planes(head | block, SPACING)[1]).all()


@pytest.mark.parametrize("peak", [-110, -97.4])
def test_fat_peaks_where_most_of_it_lies(peak):
    rng = np.random.default_rng(1)
    hu = np.full((3, 100, 100), 50.0)
    hu[:, :, :60] = peak
    assert fat_peak_hu(hu + 20 * rng.standard_normal(hu.shape)) == pytest.approx(peak, abs=1)


def test_thick_slices_are_means_of_thin_ones():
    ramp = np.broadcast_to(np.arange(12, dtype=np.float32)[:, None, None], (12, 4, 4)).copy()
    thick = average_slices(image(ramp, (1.25, 1, 1)), 3.125)
    values = sitk.GetArrayFromImage(thick)[:, 0, 0]
    assert values == pytest.approx([0.8, 3.2, 5.8, 8.2])
    assert thick.GetOrigin()[2] == pytest.approx(0.9375)
    assert thick.GetSpacing()[2] == pytest.approx(3.125)


def test_a_ball_keeps_its_place_and_size_on_the_grid_of_the_comparison():
    z, y, x = np.indices((60, 80, 80)) * np.array([1.25, 0.8, 0.8])[:, None, None, None]
    ball = (z - 37) ** 2 + (y - 32) ** 2 + (x - 30) ** 2 < 20**2
    ct, femur = to_grid(
        image(np.where(ball, 500, -100).astype(np.int16), (1.25, 0.8, 0.8)),
        image(ball.astype(np.uint8), (1.25, 0.8, 0.8)),
    )
    assert ct.GetSpacing() == pytest.approx(SPACING_MM)
    inside = sitk.GetArrayFromImage(femur) == 1
    assert inside.sum() * np.prod(SPACING_MM) == pytest.approx(4 / 3 * np.pi * 20**3, rel=0.02)
    middle = np.argwhere(inside).mean(axis=0)[::-1].tolist()
    assert ct.TransformContinuousIndexToPhysicalPoint(middle) == pytest.approx(
        (30, 32, 37), abs=0.3
    )
    assert sitk.GetArrayFromImage(ct)[inside].mean() > 440


def test_a_scan_of_this_grid_is_left_as_it_is():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(4, 6, 5)).astype(np.float32)
    ct, _ = to_grid(*(image(array, SPACING_MM[::-1]) for array in (values, (values > 0) * 1)))
    assert np.array_equal(sitk.GetArrayFromImage(ct), values)


def test_slices_thicker_than_the_grid_s_are_refused():
    thick = image(np.zeros((4, 5, 5), np.int16), (5, 0.8, 0.8))
    with pytest.raises(ValueError, match=r"5\.00 mm apart; expected 3\.27 mm or less"):
        to_grid(thick, thick)


def test_two_values_that_share_only_a_third_are_not_related_given_it():
    rng = np.random.default_rng(3)
    third = rng.standard_normal(4000)
    one, other = (third + rng.standard_normal(4000) for _ in range(2))
    assert correlation(one, other) == pytest.approx(0.5, abs=0.05)
    assert partial_correlation(one, other, third) == pytest.approx(0, abs=0.05)


def test_parts_that_must_sum_to_the_third_are_opposed_given_it():
    rng = np.random.default_rng(4)
    one, third = rng.standard_normal((2, 100))
    assert partial_correlation(one, third - one, third) == pytest.approx(-1)
    one[0] = np.nan
    assert partial_correlation(one, third - one, third) == pytest.approx(-1)
