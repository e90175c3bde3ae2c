"""Air, fat and muscle are found by how many voxels have their values, and their offset is named."""

import re

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import CHECKS, SHARED, changed, pelvis

from ctio import OFF_SCALE, check_ct, read_ct

CASES = ("real_hips/STS_029/ct", "real_hips/STS_036/ct", "real_other/STS_008", "real_other/STS_028",
         "real_other/STS_035", "real_other/ts_example_ct")  # fmt: skip


@pytest.fixture(scope="module")
def ct():
    return pelvis()


def rescaled(ct, slope=1.0, offset=0.0, lowest=-(2**15)):
    return changed(ct, lambda hu: np.maximum(np.rint(hu * slope + offset), lowest).astype(np.int16))


def said(ct):
    """Sentences of the peaks that are off, by tissue."""
    issues = check_ct(ct, {}, **CHECKS)
    return {i.name.split()[0]: i.sentence for i in issues if i.name in OFF_SCALE}


def off_in(sentence):
    """By how many HU a sentence says that a tissue is too high."""
    size, word = re.search(r"(\d+) HU (higher|lower)", sentence).groups()
    return int(size) if word == "higher" else -int(size)


def test_an_intact_ct_has_its_peaks(ct):
    assert not said(ct)


@pytest.mark.parametrize("offset", [-100, -60, -45, 45, 60, 100])
def test_an_offset_of_all_values_is_named_for_every_tissue(ct, offset):
    found = said(rescaled(ct, offset=offset))
    assert set(found) == {"air", "fat", "muscle"}
    for sentence in found.values():
        assert off_in(sentence) == pytest.approx(offset, abs=3)


@pytest.mark.parametrize("offset, tissue", [(30, "fat"), (-30, "fat"), (30, "air")])
def test_an_offset_of_30_hu_is_named(ct, offset, tissue):
    sentence = said(rescaled(ct, offset=offset + 0.6 * np.sign(offset)))[tissue]
    assert sentence.startswith(f"{tissue.capitalize()} peaks at ")


@pytest.mark.parametrize("slope", [0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4])
def test_a_wrong_slope_is_seen_at_the_air(ct, slope):
    sentence = said(rescaled(ct, slope))["air"]
    assert off_in(sentence) == pytest.approx(1000 * (1 - slope), abs=3)


def test_a_wrong_slope_is_seen_at_the_fat_where_air_is_cut(ct):
    assert off_in(said(rescaled(ct, 1.3, lowest=-1024))["fat"]) == pytest.approx(-30, abs=3)


def test_a_few_voxels_where_a_tissue_should_be_are_no_peak(ct):
    def some(hu):
        hu = hu + 60
        hu[3, 4:8, :], hu[4, 4:8, :] = -100, 50
        return hu

    assert {"fat", "muscle"} <= set(said(changed(ct, some)))


def test_bright_vessels_are_not_taken_for_muscle(ct):
    def enhanced(hu):
        hu[:, 40:44, 80:130] = 170
        return hu

    assert not said(changed(ct, enhanced))


@pytest.mark.parametrize("offset", [-1024, -1000, 1024])
@pytest.mark.parametrize("lowest", [-(2**15), -1024])
def test_a_ct_without_its_soft_tissue_or_air_is_rejected(ct, offset, lowest):
    issues = check_ct(rescaled(ct, offset=offset, lowest=lowest), {}, **CHECKS)
    assert {"no soft tissue", "no air"} & {i.name for i in issues if i.level == "rejected"}


def test_an_intercept_that_was_applied_twice_is_named(ct):
    issues = check_ct(rescaled(ct, offset=-1024), {}, **CHECKS)
    assert any("1024 HU too low" in issue.sentence for issue in issues)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
@pytest.mark.parametrize("case", CASES)
def test_intact_real_cts_raise_no_warning_with_or_without_contrast(case):
    ct = read_ct(SHARED / f"{case}.nii.gz")
    hu = sitk.GetArrayFromImage(ct)
    assert not said(ct)
    assert not said(changed(ct, lambda _: np.where(hu > 100, hu + 150, hu)))
