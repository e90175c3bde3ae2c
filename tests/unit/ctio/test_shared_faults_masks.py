"""Structure sets with faults of real life are read right, or it is said what is wrong."""

import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import SETTINGS

from ctio import check_mask, read_ct, read_segmentation

FAULTS = Path(__file__).parents[4] / "shared" / "faults"
pytestmark = pytest.mark.skipif(not FAULTS.exists(), reason="the shared faults are not here")


def read_fault(name, folder):
    sys.path.insert(0, str(FAULTS))
    from make_faults import FAULTS as faults
    from make_faults import make

    paths = make(faults, folder / "made", [name])[name]
    ct = read_ct(paths["ct"])
    mask, issues = read_segmentation(paths["mask"], ct=ct, names=SETTINGS["structures"])
    right = sitk.GetArrayFromImage(sitk.ReadImage(str(paths["right"])))
    return sitk.GetArrayFromImage(mask), right, issues + check_mask(mask, ct)


def test_a_planning_volume_is_left_out_and_the_record_says_so(tmp_path):
    read, right, issues = read_fault("rtstruct_prv", tmp_path)
    for side in (1, 2):
        assert (read == side).sum() == pytest.approx((right == side).sum(), rel=0.02)
    assert "Left out: number 3 (a planning volume or margin)." in issues[0].sentence


def test_contours_whose_z_was_rounded_lose_no_voxel(tmp_path):
    read, right, _ = read_fault("rtstruct_rounded_planes", tmp_path)
    np.testing.assert_array_equal((read > 0).any(axis=(1, 2)), right.any(axis=(1, 2)))
    assert (read > 0).sum() == pytest.approx((right > 0).sum(), rel=0.02)
