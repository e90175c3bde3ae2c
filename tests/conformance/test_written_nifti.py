"""NIfTI files as the study writes them, judged by the NIfTI library's own nifti_tool."""

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import SHARED, femora, mask_of, pelvis
from others import needs, run

from ctio import read_ct, restore_orientation, write_image

pytestmark = [pytest.mark.conformance, needs("nifti_tool")]
HIPS = sorted(SHARED.glob("real_hips/*/ct.nii.gz")) + sorted(SHARED.glob("real_other/*.nii.gz"))


def require_good(image, path):
    """The two checks of nifti_tool, and the same size, spacing and place in its words."""
    write_image(image, path)
    for check, words in (("-check_hdr", "header IS GOOD"), ("-check_nim", "nifti_image IS GOOD")):
        assert words in run("nifti_tool", check, "-infiles", path)
    fields = ["dim", "pixdim", "qform_code", "sform_code", "srow_x", "srow_y", "srow_z"]
    options = [word for name in fields for word in ("-field", name)]
    shown = {}
    for line in run("nifti_tool", "-disp_hdr", *options, "-infiles", path).splitlines():
        name, *rest = line.split() or [""]
        if name in fields:
            shown[name] = np.array(rest[2:], float)  # behind its offset and number of values
    assert shown["dim"][:4].tolist() == [3, *image.GetSize()]
    np.testing.assert_allclose(shown["pixdim"][1:4], image.GetSpacing(), rtol=1e-5)
    rows = np.array([shown[f"srow_{axis}"] for axis in "xyz"]) * np.array([[-1], [-1], [1]])
    np.testing.assert_allclose(rows[:, 3], image.GetOrigin(), atol=1e-3)
    axes = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    np.testing.assert_allclose(rows[:, :3], axes, atol=1e-4)
    assert min(shown["qform_code"][0], shown["sform_code"][0]) > 0


@pytest.mark.parametrize("pixel", [sitk.sitkUInt8, sitk.sitkInt16, sitk.sitkFloat32])
@pytest.mark.parametrize("orientation", ["LPS", "RAS", "LAI", "PIR"])
def test_an_image_of_any_kind_is_good(tmp_path, pixel, orientation):
    image = sitk.DICOMOrient(sitk.Cast(sitk.Clamp(pelvis(), lowerBound=0), pixel), orientation)
    require_good(image, tmp_path / "image.nii.gz")


def test_a_mask_is_good(tmp_path):
    require_good(mask_of(femora()), tmp_path / "femur.nii.gz")


@pytest.mark.skipif(not HIPS, reason="needs the folder shared/data")
@pytest.mark.parametrize("path", HIPS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_real_ct_is_good_as_it_is_worked_on_and_as_it_lay(tmp_path, path):
    ct = read_ct(path)
    require_good(ct, tmp_path / "ct.nii.gz")
    require_good(restore_orientation(ct, ct), tmp_path / "as_stored.nii.gz")
