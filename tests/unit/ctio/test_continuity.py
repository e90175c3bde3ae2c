"""A patient who moved between two slices, and slices that were lost; intact CTs say nothing."""

import re
import sys

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import CHECKS, ROOT, SHARED
from scipy import ndimage

from ctio import DISCONTINUOUS, examine_scan, find_jumps, read_ct
from ctio.image_qc.continuity import check_continuity

FAULTS_FOLDER = ROOT.parent / "shared" / "faults"
INTACT = [
    *("real_hips/STS_029/ct.nii.gz", "real_hips/STS_036/ct.nii.gz"),
    *(f"real_other/STS_{number}.nii.gz" for number in ("003", "008", "028", "035")),
    "real_other/ts_example_ct.nii.gz",
    "ibsi/ibsi_1_ct_radiomics_phantom/nifti/image/phantom.nii.gz",
]
SIZE, PIXEL_MM = (90, 110), 3.0  # of the made-up body: y, x


def body(*, slice_mm, length_mm=150, seed=1):
    """A body of fat whose muscles and bones wind upwards, in slices of a thickness, (z, y, x)."""
    rng, count = np.random.default_rng(seed), round(slice_mm)
    z = np.arange(0, length_mm, 1.0)[:, None, None]
    y, x = (np.arange(size)[:, None] if k == 0 else np.arange(size) for k, size in enumerate(SIZE))
    hu = np.full((len(z), *SIZE), -1000.0)
    hu[((y - 45) / 36) ** 2 + ((x - 55) / (44 + 3 * np.sin(z / 30))) ** 2 < 1] = -100
    for number in range(14):
        turn, wide = rng.uniform(0, 2 * np.pi, 2), rng.uniform(3, 9)
        middle_y = 45 + 22 * np.sin(turn[0]) + 4 * np.sin(z / 17 + turn[1])
        middle_x = 55 + 28 * np.cos(turn[0] * 3) + 4 * np.cos(z / 23 + turn[1])
        radius = wide * (1 + 0.3 * np.sin(z / 19 + turn[0]))
        hu[np.hypot(y - middle_y, x - middle_x) < radius] = 400 if number % 5 == 4 else 50
    hu = ndimage.gaussian_filter(hu, (0, 0.7, 0.7))
    thick = hu[: len(hu) // count * count].reshape(-1, count, *SIZE).mean(axis=1)
    return thick + rng.normal(0, 15, thick.shape)


def image_of(hu, *, slice_mm):
    image = sitk.GetImageFromArray(hu.astype(np.int16))
    image.SetSpacing((PIXEL_MM, PIXEL_MM, slice_mm))
    return image


def found(hu, slice_mm):
    return {issue.name: issue for issue in check_continuity(image_of(hu, slice_mm=slice_mm))}


def levels_of(issue):
    return [float(level) for level in re.findall(r"(\d+)(?= mm above|, | and )", issue.sentence)]


@pytest.mark.parametrize("slice_mm", [1, 2, 3, 5])
def test_an_intact_body_says_nothing_in_slices_of_any_thickness(slice_mm):
    for seed in range(3):
        assert found(body(slice_mm=slice_mm, seed=seed), slice_mm) == {}


@pytest.mark.parametrize("slice_mm", [1, 2, 3, 5])
@pytest.mark.parametrize("by_mm", [(0, 3), (3, 0), (-4, 4), (0, -8), (12, 0)])
def test_a_step_in_any_direction_is_a_warning_with_its_level(slice_mm, by_mm):
    hu = body(slice_mm=slice_mm)
    plane = len(hu) // 2
    for k in range(plane):
        hu[k] = ndimage.shift(hu[k], np.array(by_mm) / PIXEL_MM, order=1, mode="nearest")
    issues = found(hu, slice_mm)
    assert set(issues) & set(DISCONTINUOUS)
    levels = [level for issue in issues.values() for level in levels_of(issue)]
    assert any(abs(level - (plane - 0.5) * slice_mm) <= 1 for level in levels)


@pytest.mark.parametrize("side", [slice(0, 55), slice(55, 110)])
def test_a_step_of_one_side_of_the_body_is_a_warning(side):
    hu = body(slice_mm=3)
    hu[:20, :, side] = ndimage.shift(hu[:20, :, side], (0, 2, 0), order=1, mode="nearest")
    assert "step between slices" in found(hu, 3)


@pytest.mark.parametrize(("slice_mm", "lost"), [(1, 10), (2, 5), (3, 4), (3, 5), (5, 4)])
def test_slices_that_were_lost_and_spaced_evenly_are_a_warning_with_their_level(slice_mm, lost):
    hu = body(slice_mm=slice_mm)
    plane = len(hu) // 3
    issues = found(np.delete(hu, range(plane, plane + lost), axis=0), slice_mm)
    (level, *_) = levels_of(next(iter(issues.values())))
    assert abs(level - (plane - 0.5) * slice_mm) <= 1


def test_the_end_of_the_body_or_of_the_image_is_no_jump():
    hu = body(slice_mm=3)
    air = np.full((4, *SIZE), -1000.0)
    assert found(np.concatenate([air, hu, air]), 3) == {}
    for few in range(1, 6):
        assert found(hu[:few], 3) == {}
    assert found(air, 3) == {}


def test_streaks_of_metal_are_no_step():
    hu = body(slice_mm=3)
    hu[10:30] = ndimage.shift(hu[10:30], (0, 0, 3), order=1, mode="nearest")
    assert "step between slices" in found(hu, 3)
    hu[10:30, 44:47, 54:57] = 3071
    assert found(hu, 3) == {}


@pytest.mark.parametrize("size", [(1, 1, 9), (2, 1, 9), (5, 300, 4)])
def test_an_image_of_any_size_is_measured_without_an_error(size):
    image = sitk.Image(size, sitk.sitkInt16)
    image.SetSpacing((0.5, 40.0, 1.0))
    assert not find_jumps(image).ratio.any()


@pytest.mark.skipif(not SHARED.exists(), reason="the shared CTs are not here")
@pytest.mark.parametrize("name", INTACT)
def test_intact_real_cts_say_nothing(name):
    assert check_continuity(read_ct(SHARED / name)) == []


@pytest.mark.skipif(not FAULTS_FOLDER.exists(), reason="the shared faults are not here")
@pytest.mark.parametrize(("name", "level_mm"), [("step_12mm", 159), ("gap_15mm", 146)])
def test_a_fault_of_real_life_is_a_warning_with_its_level(name, level_mm, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(FAULTS_FOLDER)])
    from make_faults import FAULTS, make

    path = make(FAULTS, tmp_path, [name])[name]["ct"]
    issues = [
        i for i in examine_scan({"ct": str(path)}, **CHECKS).issues if i.name in DISCONTINUOUS
    ]
    assert re.search(FAULTS[name].about, issues[0].sentence.lower())
    assert issues[0].level == "warning"
    assert any(abs(level - level_mm) <= 2 for level in levels_of(issues[0]))
