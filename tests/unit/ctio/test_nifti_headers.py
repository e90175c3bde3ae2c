"""A NIfTI header has several fields for place and scale: read only where they agree."""

import gzip
import struct

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import SERIES, changed, pelvis

from ctio import RejectedInput, read_scan

PIXDIM, VOX_OFFSET, SLOPE, CODES, QUATERN, QOFFSET, ROWS = 76, 108, 112, 252, 256, 268, 280
EXTENSION, MAGIC = 348, 344


@pytest.fixture(scope="module")
def ct():
    return pelvis()


def edit(ct, path, *changes):
    """Write a NIfTI file with fields of its header changed: (byte, struct format, values)."""
    plain = path.with_name("plain.nii")
    sitk.WriteImage(ct, str(plain))
    content = bytearray(plain.read_bytes())
    for byte, form, *values in changes:
        struct.pack_into("<" + form, content, byte, *values)
    path.write_bytes(gzip.compress(bytes(content), 1))
    return path


def read(path):
    return read_scan({"ct": str(path)}, series=SERIES).image


def rows_of(ct, *, shear=(0, 0, 0), turned_deg=0.0, moved=0.0):
    """The 12 numbers of an sform of an unrotated image, made wrong."""
    (x, y, z), spacing = ct.GetOrigin(), np.diag(ct.GetSpacing())
    spacing[0, 1], spacing[0, 2], spacing[1, 2] = shear
    c, s = np.cos(np.radians(turned_deg)), np.sin(np.radians(turned_deg))
    axes = np.diag([-1, -1, 1]) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ spacing
    return np.column_stack([axes, [-x + moved, -y, z]]).ravel()


@pytest.mark.parametrize("codes", [(1, 1), (1, 0), (0, 1), (2, 2), (0, 2)])
def test_either_orientation_alone_or_both_are_read_where_they_agree(ct, tmp_path, codes):
    image = read(edit(ct, tmp_path / "ct.nii.gz", (CODES, "2h", *codes)))
    np.testing.assert_allclose(image.GetOrigin(), ct.GetOrigin(), atol=1e-3)
    np.testing.assert_allclose(image.GetSpacing(), ct.GetSpacing(), atol=1e-5)


@pytest.mark.parametrize("letters", ["RAS", "LPS", "PIR", "SAL", "RSA", "ASR"])
@pytest.mark.parametrize("degrees", [0, 7, 179])
def test_every_orientation_that_one_program_writes_agrees_with_itself(
    ct, tmp_path, letters, degrees
):
    turned = sitk.Image(ct)
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned.SetDirection([c, -s, 0, s, c, 0, 0, 0, 1])
    read(edit(sitk.DICOMOrient(turned, letters), tmp_path / "ct.nii.gz"))


@pytest.mark.parametrize("shear", [(0.1, 0, 0), (0, 0.3, 0), (0, 0, -0.2)])
@pytest.mark.parametrize("codes", [(1, 1), (0, 1), (1, 2)])
def test_an_sform_with_leaning_axes_is_rejected(ct, tmp_path, shear, codes):
    rows = rows_of(ct, shear=shear)
    path = edit(ct, tmp_path / "ct.nii.gz", (CODES, "2h", *codes), (ROWS, "12f", *rows))
    with pytest.raises(RejectedInput, match="lean against each other") as raised:
        read(path)
    assert raised.value.issue.name == "sheared image"


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"turned_deg": 4}, "places .* mm apart"),
        ({"turned_deg": 180}, "places .* mm apart"),
        ({"moved": 20.0}, "places 20 mm apart"),
    ],
)
def test_an_sform_that_is_elsewhere_than_the_qform_is_rejected(ct, tmp_path, wrong, said):
    path = edit(ct, tmp_path / "ct.nii.gz", (ROWS, "12f", *rows_of(ct, **wrong)))
    with pytest.raises(RejectedInput, match=said):
        read(path)


def test_a_qfac_that_mirrors_the_qform_alone_is_rejected(ct, tmp_path):
    with pytest.raises(RejectedInput, match="mirror each other: left and right"):
        read(edit(ct, tmp_path / "ct.nii.gz", (PIXDIM, "f", -1.0)))


@pytest.mark.parametrize("axis", [1, 2, 3])
@pytest.mark.parametrize("spacing", [-1.45, 0.0, np.nan, 1.6])
@pytest.mark.parametrize("codes", [(1, 1), (0, 1)])
def test_a_spacing_that_is_negative_or_not_the_sforms_is_rejected(
    ct, tmp_path, axis, spacing, codes
):
    wrong = (PIXDIM + 4 * axis, "f", spacing)
    with pytest.raises(RejectedInput) as raised:
        read(edit(ct, tmp_path / "ct.nii.gz", (CODES, "2h", *codes), wrong))
    assert raised.value.issue.name == "contradictory geometry"


@pytest.mark.parametrize(
    "wrong", [(QUATERN, "f", np.nan), (QUATERN, "2f", 2, 1), (QOFFSET, "f", np.inf)]
)
def test_a_qform_that_is_no_rotation_or_has_no_place_is_rejected(ct, tmp_path, wrong):
    with pytest.raises(RejectedInput, match="no rotation"):
        read(edit(ct, tmp_path / "ct.nii.gz", (CODES, "2h", 1, 0), wrong))


@pytest.mark.parametrize("space", ["scanner-xyz", "3D-right-handed", "left-left-left"])
def test_an_nrrd_whose_space_is_not_of_the_body_is_rejected(ct, tmp_path, space):
    sitk.WriteImage(ct, tmp_path / "ct.nrrd")
    content = (tmp_path / "ct.nrrd").read_bytes()
    content = content.replace(b"left-posterior-superior", space.encode())
    (tmp_path / "ct.nrrd").write_bytes(content)
    with pytest.raises(RejectedInput, match="no space of the body"):
        read(tmp_path / "ct.nrrd")


def test_a_slope_of_zero_leaves_the_voxels_as_they_are(ct, tmp_path):
    image = read(edit(ct, tmp_path / "ct.nii.gz", (SLOPE, "2f", 0.0, 0.0)))
    np.testing.assert_array_equal(sitk.GetArrayViewFromImage(image), sitk.GetArrayViewFromImage(ct))


@pytest.mark.parametrize("scale", [(0.0, -1024.0), (np.nan, 0.0), (1.0, np.inf)])
def test_a_scale_that_says_nothing_is_rejected(ct, tmp_path, scale):
    with pytest.raises(RejectedInput, match="slope") as raised:
        read(edit(ct, tmp_path / "ct.nii.gz", (SLOPE, "2f", *scale)))
    assert raised.value.issue.name == "contradictory scale"


@pytest.mark.parametrize("offset", [0.0, 348.0, 353.5, -8.0, np.nan, np.inf])
def test_voxels_that_begin_inside_the_header_are_rejected(ct, tmp_path, offset):
    with pytest.raises(RejectedInput, match="begin inside the header"):
        read(edit(ct, tmp_path / "ct.nii.gz", (VOX_OFFSET, "f", offset)))


def test_voxels_over_an_extension_of_the_header_are_rejected(ct, tmp_path):
    with pytest.raises(RejectedInput, match="begin inside the header"):
        read(edit(ct, tmp_path / "ct.nii.gz", (EXTENSION, "B", 1)))


def test_a_header_of_a_pair_of_files_is_rejected(ct, tmp_path):
    with pytest.raises(RejectedInput, match="in another file"):
        read(edit(ct, tmp_path / "ct.nii.gz", (MAGIC, "4s", b"ni1")))


@pytest.mark.parametrize("name", ["ct.nrrd", "ct.mha"])
@pytest.mark.parametrize("lean", [(0, 1, 0.01), (0, 2, 0.02), (1, 2, -0.02)])
def test_leaning_axes_are_rejected_in_other_formats(ct, tmp_path, name, lean):
    row, column, sine = lean
    axes = np.eye(3)
    axes[row, column], axes[column, column] = sine, np.sqrt(1 - sine**2)
    leaning = changed(ct, lambda voxels: voxels)
    leaning.SetDirection(axes.ravel().tolist())
    sitk.WriteImage(leaning, tmp_path / name)
    with pytest.raises(RejectedInput, match="lean against each other"):
        read(tmp_path / name)


@pytest.mark.parametrize("name", ["ct.nrrd", "ct.mha", "ct.nii.gz"])
def test_a_lean_of_less_than_a_pixel_is_rounding(ct, tmp_path, name):
    rounded = changed(ct, lambda voxels: voxels)
    rounded.SetDirection([1, 0, 0.001, 0, 1, 0, -0.001, 0, 1])
    sitk.WriteImage(rounded, tmp_path / name)
    read(tmp_path / name)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_negative_spacing_of_an_mha_is_rejected(ct, tmp_path, axis):
    sitk.WriteImage(ct, tmp_path / "ct.mha")
    content = (tmp_path / "ct.mha").read_bytes()
    line = content[content.index(b"ElementSpacing") :].split(b"\n")[0]
    steps = line.split(b"= ")[1].split()
    steps[axis] = b"-" + steps[axis]
    wrong = b"ElementSpacing = " + b" ".join(steps)
    (tmp_path / "ct.mha").write_bytes(content.replace(line, wrong))
    with pytest.raises(RejectedInput, match="not positive"):
        read(tmp_path / "ct.mha")
