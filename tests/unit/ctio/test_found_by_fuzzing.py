"""Inputs that tests/fuzz found: each was a crash, a false word or gigabytes of memory."""

import resource

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import CHECKS, SERIES, enhanced, pelvis, save, settings, slices_of, write
from pydicom.uid import RLELossless

from ctio import RejectedInput, examine_scan, read_scan

CT = pelvis()[60:150, 20:70]


def read(path):
    return read_scan({"ct": str(path)}, series=SERIES).image


def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_bytes_too_many_in_a_compressed_slice_cost_no_memory(tmp_path):
    slices = slices_of(CT)
    for slice_ in slices:
        slice_.compress(RLELossless)
    scan = write(slices, tmp_path / "scan")
    np.testing.assert_array_equal(*map(sitk.GetArrayFromImage, (read(scan), CT)))
    before, path = megabytes(), scan / "0003.dcm"
    content = path.read_bytes()
    path.write_bytes(content[:-400] + b"\xfa" * 15 + content[-400:])
    with pytest.raises(RejectedInput, match="some are damaged"):
        read(scan)
    assert megabytes() - before < 300


def test_a_length_that_leads_past_the_voxels_costs_no_memory(tmp_path):
    scan = write(slices_of(CT), tmp_path / "scan")
    before, bits = megabytes(), b"\x28\x00\x00\x01US\x02\x00"
    for path in scan.iterdir():
        path.write_bytes(path.read_bytes().replace(bits, bits[:-2] + b"\x00\x00"))
    with pytest.raises(RejectedInput, match="some are damaged"):
        read(scan)
    assert megabytes() - before < 300


def test_voxels_of_the_type_of_a_text_cost_no_memory(tmp_path):
    slices = slices_of(CT)
    for slice_ in slices:
        slice_.compress(RLELossless)
    scan = write(slices, tmp_path / "scan")
    before, path = megabytes(), scan / "0003.dcm"
    path.write_bytes(path.read_bytes().replace(b"\xe0\x7f\x10\x00OB", b"\xe0\x7f\x10\x00LO"))
    with pytest.raises(RejectedInput, match="some are damaged"):
        read(scan)
    assert megabytes() - before < 300


@pytest.mark.parametrize("missing", [0, 1])
def test_a_file_without_the_mark_of_its_end_is_read(tmp_path, missing):
    slices = slices_of(CT)
    for slice_ in slices:
        slice_.compress(RLELossless)
    scan = write(slices, tmp_path / "scan")
    for path in scan.iterdir():
        content = path.read_bytes()
        assert content.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0")
        path.write_bytes(content[: len(content) - 8 * missing])
    np.testing.assert_array_equal(*map(sitk.GetArrayFromImage, (read(scan), CT)))


@pytest.mark.parametrize(
    "line", ["Offset = HU -60 12.5", "Offset = nan 0 0", "ElementSpacing = 1,5 1 1"]
)
def test_words_in_the_place_of_numbers_of_an_mha_are_rejected(tmp_path, line):
    path = tmp_path / "ct.mha"
    sitk.WriteImage(CT, path)
    content, name = path.read_bytes(), line.split()[0].encode()
    old = next(one for one in content.split(b"\n") if one.startswith(name + b" ="))
    path.write_bytes(content.replace(old, line.encode(), 1))
    with pytest.raises(RejectedInput, match="words for numbers"):
        read(path)


def test_words_in_the_place_of_numbers_of_an_nrrd_are_rejected(tmp_path):
    path = tmp_path / "ct.nrrd"
    sitk.WriteImage(CT, path)
    content = path.read_bytes()
    old = next(one for one in content.split(b"\n") if one.startswith(b"space origin"))
    path.write_bytes(content.replace(old, b"space origin: (nan,0,0)", 1))
    with pytest.raises(RejectedInput, match="words for numbers"):
        read(path)


@pytest.mark.parametrize(
    "attributes",
    [
        {"PixelSpacing": [-1.45, -1.45]},
        {"PixelSpacing": [0, 1.45]},
        {"ImageOrientationPatient": [2, 0, 0, 0, 1, 0]},
        {"ImageOrientationPatient": [0, 0, 0, 0, 0, 0]},
    ],
)
@pytest.mark.parametrize("frames", [False, True])
def test_a_spacing_or_direction_that_cannot_be_is_rejected(tmp_path, attributes, frames):
    slices = slices_of(CT)
    for slice_ in slices:
        for keyword, value in attributes.items():
            setattr(slice_, keyword, value)
    if frames:
        scan = save(enhanced(slices), tmp_path / "ct.dcm")
    else:
        scan = write(slices, tmp_path / "scan")
    with pytest.raises(RejectedInput, match="no position, orientation or pixel spacing"):
        read(scan)


@pytest.mark.parametrize("step_mm", [4.9999999, 5.0000001])
def test_a_limit_is_not_missed_by_a_rounding_error(tmp_path, step_mm):
    image = pelvis()
    image.SetSpacing((*image.GetSpacing()[:2], step_mm))
    slices = slices_of(image)
    for number, slice_ in enumerate(slices):
        slice_.ImagePositionPatient = [-150, -60, f"{step_mm * number:.8f}"]
    limits = settings(limits={"min_length_mm": 5 * len(slices)})["limits"]
    scan = examine_scan(
        {"ct": str(write(slices, tmp_path / "scan"))}, **{**CHECKS, "limits": limits}
    )
    assert not scan.rejections


@pytest.mark.parametrize("compress", [False, True])
def test_bytes_too_many_behind_the_voxels_cost_no_memory(tmp_path, compress):
    slices = slices_of(CT)
    for slice_ in slices:
        if compress:
            slice_.compress(RLELossless)
    scan = write(slices, tmp_path / "scan")
    before, path = megabytes(), scan / "0003.dcm"
    intact = path.read_bytes()
    path.write_bytes(intact + bytes(64))  # a block filled up with zeros is fine
    np.testing.assert_array_equal(*map(sitk.GetArrayFromImage, (read(scan), CT)))
    path.write_bytes(intact + b"\xe1\x7f\x10\x00OB\0\0\0\0\0\x60" + bytes(20))
    with pytest.raises(RejectedInput, match="some are damaged"):
        read(scan)
    assert megabytes() - before < 300


@pytest.mark.parametrize(
    "old, new",
    [
        ("NDims = 3", "NDims = 100000"),
        ("NDims = 3", "NDims = 1e5 3"),
        ("NDims = 3", "NDims = 11"),
        ("DimSize = 50 90", "DimSize = 50"),
        ("TransformMatrix = 1 0 0", "TransformMatrix = 1 0 0 1"),
    ],
)
def test_an_mha_with_another_number_of_numbers_is_rejected(tmp_path, old, new):
    path = tmp_path / "ct.mha"
    sitk.WriteImage(pelvis()[60:110], path)
    content = path.read_bytes()
    assert old.encode() in content
    path.write_bytes(content.replace(old.encode(), new.encode(), 1))
    with pytest.raises(RejectedInput, match="MHA header has"):
        read(path)
