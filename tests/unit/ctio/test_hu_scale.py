"""Air, fat and muscle are found by how many voxels have their values, and their offset is named."""

import re

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import CHECKS, SHARED, SPACING_MM, axes_mm, changed, femora, image_of, pelvis

from ctio import OFF_SCALE, check_ct, read_ct
from ctio.image_qc.peaks import find_peaks, sample
from ctio.image_qc.tissues import expected_scale

CASES = ("real_hips/STS_029/ct", "real_hips/STS_036/ct", "real_other/STS_003", "real_other/STS_008",
         "real_other/STS_028", "real_other/STS_035", "real_other/ts_example_ct")  # fmt: skip


@pytest.fixture(scope="module")
def ct():
    return pelvis()


def rescaled(ct, slope=1.0, offset=0.0, lowest=-(2**15)):
    return changed(ct, lambda hu: np.maximum(np.rint(hu * slope + offset), lowest).astype(np.int16))


def issues_of(ct, kvp=None):
    """Sentences of what is off the scale, by the issue's name."""
    issues = check_ct(ct, {"tube_voltage_kvp": kvp}, **CHECKS)
    return {issue.name: issue.sentence for issue in issues if issue.name in OFF_SCALE}


def off_in(sentence):
    """By how many HU a sentence says that a tissue is too high."""
    size, word = re.search(r"(\d+) HU (higher|lower)", sentence).groups()
    return int(size) if word == "higher" else -int(size)


def peaks_of(ct):
    return find_peaks(sample(ct), expected_scale())


@pytest.mark.parametrize("kvp", [None, 100, 120, 140])
def test_an_intact_ct_has_its_peaks(ct, kvp):
    assert not issues_of(ct, kvp)


def test_peaks_are_found_between_whole_units(ct):
    peaks = peaks_of(changed(ct, lambda hu: hu.astype(np.float32) + np.float32(0.5)))
    for hu, truth in zip(peaks[:3], (-999.5, -99.5, 50.5), strict=True):
        assert hu == pytest.approx(truth, abs=1)


@pytest.mark.parametrize("noise_hu", [0, 40])
def test_noise_and_edges_do_not_move_a_peak(ct, noise_hu):
    noise = np.random.default_rng(3).normal(0, noise_hu, sitk.GetArrayViewFromImage(ct).shape)
    peaks = peaks_of(changed(ct, lambda hu: np.rint(hu + noise).astype(np.int16)))
    assert peaks.fat == pytest.approx(-100, abs=3)
    assert peaks.muscle == pytest.approx(50, abs=3)


@pytest.mark.parametrize("kvp", [None, 120])
@pytest.mark.parametrize("offset", [-100, -60, -28, -20, 20, 28, 60, 100])
def test_an_offset_of_all_values_is_named(ct, offset, kvp):
    issues = issues_of(rescaled(ct, offset=offset), kvp)
    assert off_in(issues["HU offset"]) == pytest.approx(offset, abs=3)
    assert ("air peak shifted" in issues) == (abs(offset) > 30)


@pytest.mark.parametrize("slope", [0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4])
def test_a_wrong_slope_is_seen_at_the_air(ct, slope):
    sentence = issues_of(rescaled(ct, slope))["air peak shifted"]
    assert off_in(sentence) == pytest.approx(1000 * (1 - slope), abs=3)


@pytest.mark.parametrize("slope", [0.7, 0.8, 1.3, 1.4])
@pytest.mark.parametrize("lowest", [-(2**15), -1024, -1000])
def test_a_wrong_slope_is_seen_between_fat_and_muscle_also_where_air_is_cut(ct, slope, lowest):
    sentence = issues_of(rescaled(ct, slope, lowest=lowest))["HU slope"]
    assert int(re.search(r"(\d+) HU apart", sentence)[1]) == pytest.approx(150 * slope, abs=3)


@pytest.mark.parametrize("value", [-1024, -1000])
def test_air_that_was_cut_or_filled_in_says_nothing(ct, value):
    filled = changed(ct, lambda hu: np.where(hu < -600, value, hu).astype(np.int16))
    assert peaks_of(filled).air is None
    assert not issues_of(filled)


def test_hardly_any_air_says_nothing(ct):
    inside = ct[50:160, 25:65]
    hu = sitk.GetArrayFromImage(inside)
    hu[:, 0, :80] = -940
    assert peaks_of(changed(inside, lambda _: hu)).air is None
    assert not issues_of(changed(inside, lambda _: hu))


def test_fat_and_muscle_may_be_near_to_each_other_where_air_shows_the_slope(ct):
    near = changed(ct, lambda hu: np.where((hu > -40) & (hu < 200), hu - 22, hu))
    assert not issues_of(near)
    filled = changed(near, lambda hu: np.where(hu < -600, -1000, hu).astype(np.int16))
    low = changed(filled, lambda hu: np.where((hu > -300) & (hu < -40), hu + 5, hu))
    assert "HU slope" in issues_of(low)


def test_padding_around_the_field_is_not_taken_for_air(ct):
    def pad(hu):
        hu = hu + 60
        hu[:, :, :60] = hu[:, :, -60:] = -1024
        return hu

    assert off_in(issues_of(changed(ct, pad))["air peak shifted"]) == pytest.approx(60, abs=3)


def test_a_cushion_with_more_voxels_than_air_is_not_taken_for_air(ct):
    def cushioned(hu):
        hu[:, 70:] = np.where(hu[:, 70:] < -700, hu[:, 70:] + 60, hu[:, 70:])
        hu[:, :10] = np.where(hu[:, :10] < -700, hu[:, :10] + 60, hu[:, :10])
        return hu

    assert peaks_of(changed(ct, cushioned)).air == pytest.approx(-1000, abs=5)


def test_air_below_its_usual_value_is_not_called_lost(ct):
    issues = check_ct(rescaled(ct, 1.3), {}, **CHECKS)
    assert "no air" not in {issue.name for issue in issues}


def test_a_few_voxels_where_a_tissue_should_be_are_no_peak(ct):
    def some(hu):
        hu = hu + 60
        hu[3, 4:8, :], hu[4, 4:8, :] = -100, 50
        return hu

    assert "HU offset" in issues_of(changed(ct, some))


@pytest.mark.parametrize("pixels", [2, 4])
def test_a_thin_layer_of_fat_is_found(pixels):
    x, y, _ = axes_mm()
    rim = pixels * SPACING_MM[0]
    hu = np.full(x.shape, -1000.0)
    hu[(x / 142) ** 2 + (y / 58) ** 2 < 1] = -100
    hu[(x / (142 - rim)) ** 2 + (y / (58 - rim)) ** 2 < 1] = 50
    hu[femora() > 0] = 700
    lean = image_of(hu + np.random.default_rng(7).normal(0, 12, hu.shape))
    assert not issues_of(lean)
    assert off_in(issues_of(rescaled(lean, offset=30))["HU offset"]) == pytest.approx(30, abs=8)


def test_bright_vessels_are_not_taken_for_muscle(ct):
    def enhanced(hu):
        hu[:, 40:44, 80:130] = 170
        return hu

    assert not issues_of(changed(ct, enhanced))


def test_a_low_voltage_is_no_fault_and_an_unknown_one_makes_the_ranges_wider(ct):
    at_80 = changed(ct, lambda hu: np.where((hu > -300) & (hu < -40), hu - 22, hu))
    assert not issues_of(at_80, 80)
    known, unknown = expected_scale(120), expected_scale()
    for name in ("fat", "mean", "distance"):
        one, other = getattr(known, name), getattr(unknown, name)
        assert other.low < one.low and other.high > one.high


def test_the_limit_of_a_common_offset_is_fifteen_hu():
    mean = expected_scale(120).mean
    assert mean.high - mean.usual == pytest.approx(15, abs=0.5)


def test_streaks_of_metal_are_no_offset(ct):
    hu = sitk.GetArrayFromImage(ct)
    hu[:-5][hu[:-5] > -500] -= 60
    assert "HU offset" in issues_of(changed(ct, lambda _: hu))
    hu[:-5, 20:24, 20:24] = 3071
    assert not issues_of(changed(ct, lambda _: hu))


@pytest.mark.parametrize("offset", [-1024, -1000, 1024])
@pytest.mark.parametrize("lowest", [-(2**15), -1024])
def test_a_ct_without_its_soft_tissue_or_air_is_rejected(ct, offset, lowest):
    issues = check_ct(rescaled(ct, offset=offset, lowest=lowest), {}, **CHECKS)
    rejected = {issue.name for issue in issues if issue.level == "rejected"}
    assert rejected & {"no soft tissue", "no air", "intercept twice"}


@pytest.mark.parametrize("intercept", [1024, 1000])
def test_an_intercept_that_was_applied_twice_is_named_and_nothing_else(ct, intercept):
    issues = check_ct(rescaled(ct, offset=-intercept), {}, **CHECKS)
    rejected = [issue for issue in issues if issue.level == "rejected"]
    assert [issue.name for issue in rejected] == ["intercept twice"]
    assert f"{intercept} HU too low" in rejected[0].sentence
    assert not {issue.name for issue in issues} & {*OFF_SCALE, "no bone", "no femoral shaft"}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
@pytest.mark.parametrize("case", CASES)
def test_intact_real_cts_raise_no_warning(case):
    assert not issues_of(read_ct(SHARED / f"{case}.nii.gz"))


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
@pytest.mark.parametrize("case", CASES[:2] + CASES[3:])  # the other's noise reaches beyond 100 HU
def test_a_contrast_agent_raises_no_warning_of_the_scale(case):
    ct = read_ct(SHARED / f"{case}.nii.gz")
    assert not issues_of(changed(ct, lambda hu: np.where(hu > 100, hu + 150, hu)))
