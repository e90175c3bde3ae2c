"""The standard's image processing, on arrays small enough to check by hand."""

import numpy as np
import pytest
import SimpleITK as sitk
from scans import PARAMS, egg, fast, image

from fastradiomics import IbsiFeatureExtractor
from fastradiomics.standard import edges, on_centred_grid, resegmented

GRID = {"spacing_mm": [2, 2, 2], "padding_voxels": 0}


def test_values_outside_the_range_and_then_outliers_are_left_out():
    hu = np.array([-2000.0, -1000.0, 1.0, 2.0, 3.0, 2.0, 400.0, 401.0])
    inside = hu != 3
    kept = resegmented(hu, inside, range_hu=[-1000, 400], outlier_sd=0)
    assert list(hu[kept]) == [-1000, 1, 2, 2, 400]
    kept = resegmented(hu, inside, range_hu=[-1000, 400], outlier_sd=1.5)
    assert list(hu[kept]) == [1, 2, 2, 400], "-1000 is 1.9 standard deviations off"


def test_bins_start_at_the_range_or_divide_the_values():
    voxels = np.array([-990.0, 20.0])
    assert list(edges(voxels, width=500, number=0, origin=-1000)) == [-1000, -500, 0, 500]
    assert list(edges(voxels, width=500, number=0, origin=None))[0] == -990
    parts = edges(voxels, width=500, number=2, origin=-1000)
    assert parts[1] == -485 and parts[-1] > 20


def test_the_grid_shares_the_scans_middle_and_half_a_voxel_is_inside():
    x = np.arange(9.0)
    ct = image((np.zeros((9, 9, 9)) + 10 * x).astype(np.float32), (1, 1, 1), (0, 0, 0))
    inside = np.zeros((9, 9, 9), np.uint8)
    inside[2:7, 2:7, 2:7] = 1
    scan = ct, image(inside, (1, 1, 1), (0, 0, 0))
    hu, mask, spacing_mm = on_centred_grid(*scan, interpolator="sitkLinear", **GRID)
    assert spacing_mm == (2, 2, 2)
    middle = [10 * (4 + 2 * step) for step in (-2, -1, 0, 1, 2)]
    assert set(hu[0, 0]) <= set(middle) and {20, 40, 60} <= set(hu[0, 0])
    assert mask.sum() == 27


def test_the_standard_gives_all_features_of_an_egg_and_a_mean_close_to_pyradiomics():
    ct, mask = egg()
    standard = IbsiFeatureExtractor(PARAMS).execute(ct, mask)
    usual = fast((ct, mask), PARAMS)
    assert set(standard) == set(usual)
    name = "original_firstorder_Mean"
    voxels = sitk.GetArrayFromImage(ct)[sitk.GetArrayFromImage(mask) == 1]
    assert standard[name] == pytest.approx(voxels.mean(), rel=0.02)
    assert standard[name] != usual[name]
