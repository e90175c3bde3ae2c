import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from osteoct.batches import PatientProblem
from osteoct.imaging.gate import check, check_patients

LIMITS = {
    "pixel_spacing_mm": [0.3, 1.5],
    "slice_spacing_mm": [0.3, 5.0],
    "length_at_least_mm": 120,
    "air_below_hu": -700,
    "soft_tissue_hu": [-150, 150],
}
PROTOCOL = {
    "slice_spacing_mm": 1.25,
    "tube_voltage_kvp": 120,
    "metal_above_hu": 2500,
    "metal_from_mm3": 200,
}


def body(*, spacing=(1.0, 1.0, 1.25), slices=100, air=-1000, tissue=40):
    voxels = np.full((slices, 20, 20), air, dtype=np.int16)
    voxels[:, 5:15, 5:15] = tissue
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing(spacing)
    return image


def checked(image):
    return check(image, limits=LIMITS, protocol=PROTOCOL)


def test_a_scan_of_the_protocol_passes_without_remark():
    found = checked(body())
    assert found["size"] == "20 × 20 × 100"
    assert found["spacing_mm"] == "1 × 1 × 1.25"
    assert found["length_mm"] == 125.0
    assert (found["lowest_hu"], found["highest_hu"]) == (-1000, 40)
    assert found["notes"] == ""


@pytest.mark.parametrize(
    "image, said",
    [
        (body(spacing=(2.0, 2.0, 1.25)), "Pixels are 2 mm apart; expected 0.3 to 1.5 mm"),
        (body(spacing=(1.0, 1.0, 6.0)), "Slices are 6 mm apart; expected 0.3 to 5 mm"),
        (body(slices=95), "119 mm long from head to foot; expected 120 mm or more"),
        (body(air=0, tissue=1040), "rescale intercept may be lost"),
        (body(tissue=900), "No voxel is between -150 and 150 HU"),
    ],
)
def test_a_scan_outside_the_limits_is_refused_with_what_was_expected(image, said):
    with pytest.raises(PatientProblem, match=said):
        checked(image)


def test_a_scan_at_the_limit_is_not_refused():
    assert checked(body(spacing=(1.5, 1.5, 1.25), slices=96))["length_mm"] == 120.0


def test_metal_is_remarked_on_from_its_volume():
    image = body()
    image[8:12, 8:12, 8:18] = 3000  # 4 x 4 x 10 voxels of 1.25 mm3
    assert checked(image)["notes"] == "200 mm³ are above 2500 HU: metal, perhaps an implant."
    image[8, 8, 8] = 40
    assert checked(image)["notes"] == ""


def test_thick_slices_and_another_voltage_are_remarked_on():
    image = body(spacing=(1.0, 1.0, 3.27))
    image.SetMetaData("tube_voltage_kvp", "140")
    notes = checked(image)["notes"]
    assert "Slices are 3.27 mm apart; the protocol says 1.25 mm." in notes
    assert "Scanned at 140 kVp; the protocol says 120 kVp" in notes


def test_one_bad_ct_is_recorded_and_the_others_go_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sitk.WriteImage(body(), "good.nii.gz")
    sitk.WriteImage(body(slices=20), "short.nii.gz")
    rows = pd.DataFrame({"patient": ["A", "B", "C"], "ct": ["good.nii.gz", "short.nii.gz", "none"]})
    table = check_patients(rows, limits=LIMITS, protocol=PROTOCOL, code=[], say=print)
    assert list(table["status"]) == ["done", "failed", "failed"]
    assert "25 mm long" in table["reason"][1]
    assert "There is no CT" in table["reason"][2]
    assert (tmp_path / "results/patients/B/images.json").exists()


def test_a_ct_replaced_under_the_same_name_is_checked_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = pd.DataFrame({"patient": ["A"], "ct": ["ct.nii.gz"]})
    sitk.WriteImage(body(), "ct.nii.gz")
    first = check_patients(rows, limits=LIMITS, protocol=PROTOCOL, code=[], say=print)
    sitk.WriteImage(body(slices=120), "ct.nii.gz")
    second = check_patients(rows, limits=LIMITS, protocol=PROTOCOL, code=[], say=print)
    assert (first["length_mm"][0], second["length_mm"][0]) == (125.0, 150.0)
    assert first["ct_sha256"][0] != second["ct_sha256"][0]
