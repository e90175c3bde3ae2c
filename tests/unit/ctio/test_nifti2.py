"""NIfTI-2 files are read like NIfTI-1 files; so are masks whose names end in capitals."""

import gzip
import struct

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import SERIES, SETTINGS, femora, mask_of, pelvis

from ctio import RejectedInput, read_scan, read_segmentation

PIXDIM, OFFSET, SCALE, CODES, QUATERN, ROWS = 104, 168, 176, 344, 352, 400  # nifti2.h
KINDS = {"i2": 4, "f4": 16, "f8": 64, "u2": 512}  # DT_ codes of nifti1.h


@pytest.fixture(scope="module")
def ct():
    return pelvis()


def write(image, path, *changes, order="<", kind="i2", voxels=None, cut=0):
    """Write a NIfTI-2 file of an unrotated image: changes as (byte, form, values)."""
    voxels = sitk.GetArrayFromImage(image) if voxels is None else voxels
    (x, y, z), (dx, dy, dz) = image.GetOrigin(), image.GetSpacing()
    header, start = bytearray(544), 544
    fields = [
        (0, "i8s2h", 540, b"n+2\0\r\n\x1a\n", KINDS[kind], 8 * int(kind[1])),
        (16, "8q", 3, *image.GetSize(), 1, 1, 1, 1),
        (PIXDIM, "8d", 1, dx, dy, dz, 0, 0, 0, 0),
        (OFFSET, "q", start),
        (SCALE, "2d", 1, 0),
        (CODES, "2i", 1, 1),
        (QUATERN, "6d", 0, 0, 1, -x, -y, z),
        (ROWS, "12d", -dx, 0, 0, -x, 0, -dy, 0, -y, 0, 0, dz, z),
        (500, "i", 2),
    ]
    for place, form, *values in [*fields, *changes]:
        struct.pack_into(order + form, header, place, *values)
        start = values[0] if place == OFFSET else start
    content = bytes(header) + bytes(start - 544) + voxels.astype(order + kind).tobytes()
    content = content[: len(content) - cut]
    path.write_bytes(gzip.compress(content, 1) if path.name.lower().endswith("gz") else content)
    return path


def read(path, **limits):
    return read_scan({"ct": str(path)}, series=SERIES, **limits).image


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("name", ["ct.nii", "ct.nii.gz", "CT.NII.GZ", "folder/ct.nii.gz"])
def test_voxels_and_places_are_those_of_the_file(ct, tmp_path, order, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    write(ct, path, order=order)
    image = read(path.parent if "folder" in name else path)
    np.testing.assert_array_equal(sitk.GetArrayViewFromImage(image), sitk.GetArrayViewFromImage(ct))
    np.testing.assert_allclose(image.GetOrigin(), ct.GetOrigin(), atol=1e-3)
    np.testing.assert_allclose(image.GetSpacing(), ct.GetSpacing(), atol=1e-5)


@pytest.mark.parametrize("kind", ["f4", "f8", "u2"])
def test_other_kinds_of_voxels_are_scaled(ct, tmp_path, kind):
    stored = sitk.GetArrayFromImage(ct) + 1024
    image = read(write(ct, tmp_path / "ct.nii", (SCALE, "2d", 1, -1024), kind=kind, voxels=stored))
    np.testing.assert_array_equal(sitk.GetArrayViewFromImage(image), sitk.GetArrayViewFromImage(ct))


def test_voxels_may_begin_later(ct, tmp_path):
    image = read(write(ct, tmp_path / "ct.nii.gz", (OFFSET, "q", 1024)))
    np.testing.assert_array_equal(sitk.GetArrayViewFromImage(image), sitk.GetArrayViewFromImage(ct))


@pytest.mark.parametrize(
    "change, said",
    [
        ((ROWS + 16, "d", 1.0), "lean against each other"),
        ((ROWS, "d", 1.45), "mirror each other"),
        ((PIXDIM + 24, "d", 2.5), "two voxel spacings"),
        ((CODES, "2i", 0, 0), "neither a qform nor an sform"),
        ((SCALE, "2d", np.nan, 0), "no number"),
        ((4, "3s", b"ni2"), "in another file"),
        ((QUATERN, "d", 2.0), "no rotation"),
        ((16, "8q", 3, 2**40, 2**40, 2**40, 1, 1, 1, 1), "expected .* or fewer"),
        ((16, "8q", 3, -5, -5, 9, 1, 1, 1, 1), "."),
    ],
)
def test_what_is_wrong_in_its_header_is_said(ct, tmp_path, change, said):
    with pytest.raises(RejectedInput, match=said):
        read(write(ct, tmp_path / "ct.nii", change))


@pytest.mark.parametrize("name", ["ct.nii", "ct.nii.gz"])
def test_a_file_that_ends_too_soon_is_said(ct, tmp_path, name):
    with pytest.raises(RejectedInput, match="truncated"):
        read(write(ct, tmp_path / name, cut=1000))


def test_voxels_that_are_no_numbers_are_said(ct, tmp_path):
    voxels = sitk.GetArrayFromImage(ct).astype(float)
    voxels[5, 6, 7] = np.nan
    with pytest.raises(RejectedInput, match="not numbers"):
        read(write(ct, tmp_path / "ct.nii.gz", kind="f4", voxels=voxels))


@pytest.mark.parametrize("name", ["MASK.NII.GZ", "Mask.Nii", "MASK.NRRD", "MASK.MHA", "two.nii"])
def test_a_mask_is_read_whatever_its_name_and_version(ct, tmp_path, name):
    mask, path = mask_of(femora()), tmp_path / name
    if name == "two.nii":
        write(mask, path, voxels=femora())
    else:
        sitk.WriteImage(mask, tmp_path / name.lower())
        (tmp_path / name.lower()).rename(path)
    read_back, issues = read_segmentation(path, ct=ct, names=SETTINGS["structures"])
    np.testing.assert_array_equal(sitk.GetArrayViewFromImage(read_back), femora())
    assert not issues
