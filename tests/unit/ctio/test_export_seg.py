import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from hospital import (
    SERIES,
    SETTINGS,
    SHARED,
    enhanced,
    femora,
    header,
    mask_of,
    pelvis,
    save,
    slices_of,
    write,
)

from ctio import RejectedInput, read_ct, read_mask, read_segmentation, write_segmentation

MAKER = {"software": "test", "version": "1"}
HIP = SHARED / "real_hips" / "STS_029"


def read_back(path, ct):
    mask, _ = read_segmentation(path, ct=ct, names=SETTINGS["structures"])
    return sitk.GetArrayFromImage(mask)


def from_head_to_foot(slices):
    return slices[::-1]


def mirrored(slices):
    """The same slices with their columns from the patient's left to the right."""
    for slice_ in slices:
        pixels = np.frombuffer(slice_.PixelData, np.uint16).reshape(slice_.Rows, slice_.Columns)
        slice_.PixelData = np.ascontiguousarray(pixels[:, ::-1]).tobytes()
        slice_.ImageOrientationPatient = [-1, 0, 0, 0, 1, 0]
        slice_.ImagePositionPatient[0] += (slice_.Columns - 1) * slice_.PixelSpacing[1]
    return slices


@pytest.mark.parametrize("change", [list, from_head_to_foot, mirrored])
def test_the_mask_comes_back_voxel_for_voxel_and_not_mirrored(tmp_path, change):
    ct, scan = pelvis(), write(change(slices_of(pelvis())), tmp_path / "scan")
    write_segmentation(mask_of(femora()), scan, tmp_path / "seg.dcm", series=SERIES, **MAKER)
    np.testing.assert_array_equal(read_back(tmp_path / "seg.dcm", ct), femora())


def test_one_femur_alone_keeps_its_side(tmp_path):
    left = np.where(femora() == 2, 2, 0)
    scan = write(slices_of(pelvis()), tmp_path / "scan")
    write_segmentation(mask_of(left), scan, tmp_path / "seg.dcm", series=SERIES, **MAKER)
    np.testing.assert_array_equal(read_back(tmp_path / "seg.dcm", pelvis()), left)


def test_it_refers_to_the_series_and_is_marked(tmp_path):
    scan = write(slices_of(pelvis()), tmp_path / "scan")
    write_segmentation(mask_of(femora()), scan, tmp_path / "seg.dcm", series=SERIES, **MAKER)
    found = pydicom.dcmread(tmp_path / "seg.dcm")
    referred = found.ReferencedSeriesSequence[0].SeriesInstanceUID
    assert referred == header().SeriesInstanceUID
    assert found.PatientID == "P1" and found.FrameOfReferenceUID == header().FrameOfReferenceUID
    assert "RESEARCH USE ONLY" in found.SeriesDescription


@pytest.mark.skipif(not HIP.exists(), reason="the shared data are not here")
def test_the_mask_of_a_real_hip_comes_back_voxel_for_voxel(tmp_path):
    ct = read_ct(HIP / "ct.nii.gz")
    mask = read_mask(HIP / "proximal_femur.nii.gz", like=ct)
    write_segmentation(mask, HIP / "dicom", tmp_path / "seg.dcm", series=SERIES, **MAKER)
    np.testing.assert_array_equal(read_back(tmp_path / "seg.dcm", ct), sitk.GetArrayFromImage(mask))


def test_a_mask_of_another_scan_is_rejected(tmp_path):
    scan = write(slices_of(pelvis()), tmp_path / "scan")
    mask = mask_of(femora())
    mask.SetOrigin((9000.0, 0.0, 0.0))
    with pytest.raises(RejectedInput, match="no voxel in this scan"):
        write_segmentation(mask, scan, tmp_path / "seg.dcm", series=SERIES, **MAKER)


def test_a_mask_of_a_multi_frame_ct_comes_back(tmp_path):
    slices = slices_of(pelvis())
    np.random.default_rng(5).shuffle(slices)
    scan = save(enhanced(slices), tmp_path / "ct.dcm")
    write_segmentation(mask_of(femora()), scan, tmp_path / "seg.dcm", series=SERIES, **MAKER)
    np.testing.assert_array_equal(read_back(tmp_path / "seg.dcm", pelvis()), femora())
