"""Acquisitions, units, compression, frames, patients: what a header may say."""

import struct

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import SERIES, enhanced, pelvis, save, slices_of, write

from ctio import RejectedInput, read_scan
from ctio.intake.compression import is_lossy
from ctio.intake.slice import Slice


@pytest.fixture(scope="module")
def ct():
    return pelvis()


def scan_of(slices, folder):
    return read_scan({"ct": str(write(slices, folder / "scan"))}, series=SERIES)


def names_of(scan):
    return {issue.name for issue in scan.issues}


def outcomes(scan):
    return [(row["slices"], row["outcome"]) for row in scan.series]


def acquisition(ct, number, first_uid, *, add=0, **attributes):
    return slices_of(ct + add, first_uid=first_uid, AcquisitionNumber=number, **attributes)


@pytest.mark.parametrize("first, second", [(9, 10), (2, 10), (99, 100), (1, 2)])
def test_of_two_phases_the_one_with_the_smaller_number_is_taken(ct, tmp_path, first, second):
    slices = acquisition(ct, second, 500, add=1) + acquisition(ct, first, 1)
    scan = scan_of(slices, tmp_path)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(scan.image), sitk.GetArrayFromImage(ct))
    taken = next(row for row in scan.series if row["outcome"] == "taken")
    assert taken["acquisition"] == str(first)


def test_a_phase_that_is_a_slice_longer_is_not_taken_for_that(ct, tmp_path):
    slices = acquisition(ct, 1, 1)[1:] + acquisition(ct, 2, 500)
    assert outcomes(scan_of(slices, tmp_path))[0] == (25, "taken")


@pytest.mark.parametrize("part", [slice(0, 24), slice(10, None), slice(2, None), slice(5, 20)])
@pytest.mark.parametrize("number", [1, 3])
def test_a_scan_that_was_broken_off_is_not_taken(ct, tmp_path, part, number):
    short = acquisition(ct, number, 500)[part]
    scan = scan_of(short + acquisition(ct, 2, 1), tmp_path)
    assert (26, "taken") in outcomes(scan) and len(scan.series) == 2
    assert "several series" in names_of(scan)


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("same_number", [True, False])
def test_a_monitoring_at_one_level_is_set_aside(ct, tmp_path, count, same_number):
    z = 12.5 + 5 * 8 + 1.3
    monitoring = slices_of(ct, first_uid=700)[:count]
    for slice_ in monitoring:
        slice_.ImagePositionPatient[2] = z
        slice_.AcquisitionNumber = 1 if same_number else 2
        slice_.SliceThickness = 10
    scan = scan_of(monitoring + slices_of(ct), tmp_path)
    assert outcomes(scan) == [(26, "taken"), (count, "single slices beside the scan")]


def test_two_halves_with_a_gap_are_no_two_scans(ct, tmp_path):
    slices = acquisition(ct, 1, 1)[:12] + acquisition(ct, 2, 1)[14:]
    with pytest.raises(RejectedInput, match="Slices are missing"):
        scan_of(slices, tmp_path)


def test_a_denied_contrast_agent_is_no_warning(ct, tmp_path):
    scan = scan_of(slices_of(ct, ContrastBolusAgent="without"), tmp_path)
    assert "contrast" not in scan.protocol


@pytest.mark.parametrize("unit", ["ED", "MGML", "Z_EFF", "OD"])
def test_a_map_in_another_unit_loses_to_the_ct_and_is_rejected_alone(ct, tmp_path, unit):
    unit_map = slices_of(ct, RescaleType=unit, SeriesInstanceUID="1.2.7", SeriesNumber=1)
    with pytest.raises(RejectedInput, match="not in HU"):
        scan_of(unit_map, tmp_path / "alone")
    scan = scan_of(unit_map + slices_of(ct), tmp_path)
    assert scan.series[1]["outcome"] == "taken"


@pytest.mark.parametrize(
    "unit, found", [("HU", False), ("hu ", False), ("Hounsfield", False), ("US", True), ("x", True)]
)
def test_an_unknown_unit_is_a_warning(ct, tmp_path, unit, found):
    scan = scan_of(slices_of(ct, RescaleType=unit), tmp_path)
    assert ("unknown unit" in names_of(scan)) == found


@pytest.mark.parametrize("count", [1, 26])
def test_an_inverted_grey_scale_is_rejected(ct, tmp_path, count):
    slices = slices_of(ct)
    for slice_ in slices[:count]:
        slice_.PhotometricInterpretation = "MONOCHROME1"
    with pytest.raises(RejectedInput, match="inverted"):
        scan_of(slices, tmp_path)


@pytest.mark.parametrize(
    "attributes",
    [
        *({"LossyImageCompression": word} for word in ("01", "1", "YES")),
        {"LossyImageCompressionRatio": [8.0]},
        {"LossyImageCompressionMethod": "ISO_10918_1"},
        {"DerivationDescription": "Lossy compression 10:1"},
    ],
)
def test_compression_with_loss_is_said(ct, tmp_path, attributes):
    assert "lossy compression" in names_of(scan_of(slices_of(ct, **attributes), tmp_path))


@pytest.mark.parametrize(
    "attributes",
    [
        {"LossyImageCompression": "00", "LossyImageCompressionRatio": [1.0]},
        {"DerivationDescription": "Lossless, no lossy compression"},
    ],
)
def test_compression_without_loss_is_none(ct, tmp_path, attributes):
    assert "lossy compression" not in names_of(scan_of(slices_of(ct, **attributes), tmp_path))


def test_a_slope_of_0_is_rejected(ct, tmp_path):
    with pytest.raises(RejectedInput, match="slope is 0"):
        scan_of(slices_of(ct, RescaleSlope=0), tmp_path)


@pytest.mark.parametrize(
    "attributes",
    [{"ContrastBolusVolume": 90}, {"ContrastBolusIngredient": "IODINE"}],
)
def test_an_agent_without_a_name_is_one(ct, tmp_path, attributes):
    assert scan_of(slices_of(ct, **attributes), tmp_path / "a").protocol["contrast"]
    denied = scan_of(slices_of(ct, ContrastBolusAgent="NONE", **attributes), tmp_path / "b")
    assert "contrast" not in denied.protocol


@pytest.mark.parametrize("wavelet, lossy", [(0, True), (1, False)])
def test_the_wavelet_of_jpeg_2000_decides_where_the_header_keeps_quiet(tmp_path, wavelet, lossy):
    path = tmp_path / "slice"
    style = struct.pack(">HBBHBBBBBB", 12, 0, 0, 1, 0, 5, 4, 4, 0, wavelet)
    path.write_bytes(bytes(500) + b"\xff\x4f\xff\x51" + bytes(47) + b"\xff\x52" + style)
    once = {"lossy": "", "lossy_ratio": "", "lossy_method": "", "derivation": ""}
    once |= {"syntax": "1.2.840.10008.1.2.4.91"}
    assert is_lossy(Slice(path, 0, is_ct=True, once=once)) == lossy
    jpeg = once | {"lossy": "00", "syntax": "1.2.840.10008.1.2.4.51"}
    assert is_lossy(Slice(path, 0, is_ct=True, once=jpeg))


@pytest.mark.parametrize("lost", [slice(1, None), slice(0, -1), slice(0, 0)])
def test_a_multi_frame_ct_with_fewer_items_than_frames_is_damaged(ct, tmp_path, lost):
    whole = enhanced(slices_of(ct))
    whole.PerFrameFunctionalGroupsSequence = whole.PerFrameFunctionalGroupsSequence[lost]
    with pytest.raises(RejectedInput, match="damaged"):
        read_scan({"ct": str(save(whole, tmp_path / "ct.dcm"))}, series=SERIES)


def test_a_multi_frame_ct_with_fewer_voxels_than_frames_is_damaged(ct, tmp_path):
    whole = enhanced(slices_of(ct))
    whole.PixelData = whole.PixelData[: len(whole.PixelData) // 2]
    with pytest.raises(RejectedInput, match="damaged|another size"):
        read_scan({"ct": str(save(whole, tmp_path / "ct.dcm"))}, series=SERIES)


@pytest.mark.parametrize("identifier", ["", None, "P2"])
def test_a_report_is_no_second_patient(ct, tmp_path, identifier):
    report = slices_of(ct, Modality="SR", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.67")[0]
    report.SeriesInstanceUID, report.PatientID = "1.2.8", identifier
    del report.PixelData, report.Rows, report.Columns
    scan = scan_of([*slices_of(ct), report], tmp_path)
    assert [row["outcome"] for row in scan.series] == ["no CT images", "taken"]


def test_a_second_ct_is_a_second_patient(ct, tmp_path):
    other = slices_of(ct, PatientID="", SeriesInstanceUID="1.2.8")
    with pytest.raises(RejectedInput, match="more than one patient"):
        scan_of(slices_of(ct) + other, tmp_path)


@pytest.mark.parametrize(
    "frame_of, noted", [(lambda n: f"1.2.{n}", True), (lambda n: "1.2" if n < 9 else "", False)]
)
def test_frames_of_reference_that_say_nothing_do_no_harm(ct, tmp_path, frame_of, noted):
    slices = slices_of(ct)
    for number, slice_ in enumerate(slices):
        slice_.FrameOfReferenceUID = frame_of(number)
    assert ("frame of reference each" in names_of(scan_of(slices, tmp_path))) == noted


def test_two_frames_of_reference_are_two_scans(ct, tmp_path):
    slices = slices_of(ct)
    for slice_ in slices[13:]:
        slice_.FrameOfReferenceUID = "1.2.9"
    with pytest.raises(RejectedInput, match="different frames of reference"):
        scan_of(slices, tmp_path)


@pytest.mark.parametrize("distance", ["0", "99", "-5"])
def test_a_false_distance_between_slices_does_no_harm(ct, tmp_path, distance):
    scan = scan_of(slices_of(ct, SpacingBetweenSlices=distance), tmp_path)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(scan.image), sitk.GetArrayFromImage(ct))
    assert scan.image.GetSpacing()[2] == 5
