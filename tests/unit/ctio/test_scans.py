import shutil
import zipfile

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import (
    SERIES,
    SHARED,
    enhanced,
    pelvis,
    save,
    slices_of,
    write,
)

from ctio import RejectedInput, read_ct, read_scan

HIPS = SHARED / "real_hips"
PHANTOM = SHARED / "ibsi" / "ibsi_1_ct_radiomics_phantom"
shared_data = pytest.mark.skipif(not HIPS.exists(), reason="the shared data are not here")


@pytest.fixture(scope="module")
def ct():
    return pelvis()


def scan_of(path, **participant):
    return read_scan({"ct": str(path), **participant}, series=SERIES)


def assert_same_image(one, other, *, atol=1e-3):
    np.testing.assert_array_equal(
        sitk.GetArrayViewFromImage(one), sitk.GetArrayViewFromImage(other)
    )
    for get in ("GetOrigin", "GetSpacing", "GetDirection"):
        np.testing.assert_allclose(getattr(one, get)(), getattr(other, get)(), atol=atol)


@pytest.mark.parametrize("name", ["ct.nii.gz", "ct.nrrd", "ct.mha"])
def test_a_file_of_one_volume_is_read(ct, tmp_path, name):
    sitk.WriteImage(ct, tmp_path / name)
    assert_same_image(scan_of(tmp_path / name).image, ct)


def test_a_folder_of_slices_is_read_in_the_order_of_space(ct, tmp_path):
    slices = slices_of(ct)
    np.random.default_rng(3).shuffle(slices)
    scan = scan_of(write(slices, tmp_path / "scan"))
    assert_same_image(scan.image, ct)
    assert scan.protocol == {"tube_voltage_kvp": 120.0, "kernel": "STANDARD"}


def test_a_zip_archive_is_read_like_its_folder(ct, tmp_path):
    folder = write(slices_of(ct), tmp_path / "scan")
    archive = shutil.make_archive(str(tmp_path / "scan"), "zip", folder)
    assert_same_image(scan_of(archive).image, ct)


def test_names_in_an_archive_are_never_paths(ct, tmp_path):
    folder = write(slices_of(ct), tmp_path / "scan")
    archive = tmp_path / "away" / "scan.zip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        for number, file in enumerate(sorted(folder.iterdir())):
            packed.write(file, f"../../{number:04d}.dcm")
    before = sorted(tmp_path.rglob("*"))
    assert_same_image(scan_of(archive).image, ct)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("shuffled", [False, True])
def test_an_enhanced_multi_frame_ct_equals_its_slices(ct, tmp_path, shuffled):
    slices = slices_of(ct)
    if shuffled:
        np.random.default_rng(4).shuffle(slices)
    path = save(enhanced(slices), tmp_path / "enhanced.dcm")
    assert_same_image(scan_of(path).image, ct)
    assert_same_image(scan_of(tmp_path).image, ct)


def test_slices_from_head_to_foot_and_mirrored_rows_come_out_alike(ct, tmp_path):
    slices = slices_of(sitk.Flip(ct, (True, False, False)))  # columns run to the right side
    for slice_ in slices:
        slice_.ImageOrientationPatient = [-1, 0, 0, 0, 1, 0]
        slice_.ImagePositionPatient[0] = ct.TransformIndexToPhysicalPoint(
            (ct.GetWidth() - 1, 0, 0)
        )[0]
    assert_same_image(scan_of(write(slices, tmp_path / "scan")).image, ct)


def test_other_files_beside_the_slices_do_no_harm(ct, tmp_path):
    folder = write(slices_of(ct), tmp_path / "scan")
    (folder / "report.txt").write_text("a remark")
    (folder / "DICOMDIR").write_bytes(b"\0" * 200)
    assert scan_of(tmp_path).image.GetSize() == ct.GetSize()


@shared_data
@pytest.mark.parametrize("patient", ["STS_029", "STS_036"])
def test_dicom_and_nifti_of_a_real_hip_are_the_same_image(patient):
    series = scan_of(HIPS / patient / "dicom")
    volume = read_ct(HIPS / patient / "ct.nii.gz")
    np.testing.assert_array_equal(
        sitk.GetArrayFromImage(series.image), sitk.GetArrayFromImage(volume).astype(np.int16)
    )
    np.testing.assert_allclose(series.image.GetOrigin(), volume.GetOrigin(), atol=1e-4)
    np.testing.assert_allclose(series.image.GetSpacing(), volume.GetSpacing(), atol=1e-4)
    assert series.protocol["tube_voltage_kvp"] == 140
    assert [row["outcome"] for row in series.series if row["slices"] > 1] == ["taken"]


@shared_data
def test_dicom_and_nifti_of_the_ibsi_ct_phantom_are_the_same_image():
    series = scan_of(PHANTOM / "dicom" / "image").image
    volume = read_ct(next((PHANTOM / "nifti" / "image").glob("*.nii.gz")))
    assert_same_image(series, sitk.Cast(volume, sitk.sitkInt16))


@pytest.fixture
def hip_slices(tmp_path):
    """A copy of a real DICOM series, to be damaged."""
    if not HIPS.exists():
        pytest.skip("the shared data are not here")
    copy = shutil.copytree(HIPS / "STS_029" / "dicom" / "image", tmp_path / "slices")
    return copy


def test_a_missing_slice_of_a_real_series_is_noticed(hip_slices):
    sorted(hip_slices.iterdir())[20].unlink()
    with pytest.raises(RejectedInput, match="of 60 gaps between DICOM slices 1 differ") as raised:
        scan_of(hip_slices)
    assert raised.value.issue.name == "missing slices"


def test_a_slice_of_a_real_series_that_is_there_twice_is_noticed(hip_slices):
    shutil.copy(sorted(hip_slices.iterdir())[20], hip_slices / "copy.dcm")
    with pytest.raises(RejectedInput, match=r"at the position of another one \(1 of 63\)"):
        scan_of(hip_slices)


def test_a_damaged_slice_is_a_sentence_that_names_no_file(hip_slices):
    slice_20 = sorted(hip_slices.iterdir())[20]
    slice_20.write_bytes(slice_20.read_bytes()[:4000])
    with pytest.raises(RejectedInput) as raised:
        scan_of(hip_slices)
    assert str(hip_slices) not in str(raised.value)
