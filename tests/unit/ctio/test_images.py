import gzip
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from ctio import (
    RejectedInput,
    bounding_box,
    crop_to,
    read_ct,
    read_mask,
    resample,
    resample_like,
    write_image,
)

REAL_HIPS = Path(__file__).parents[4] / "shared" / "data" / "real_hips"
real_hips = pytest.mark.skipif(
    not REAL_HIPS.exists(), reason="the real hips are not on this machine"
)
BODY_X_MM = (-200.0, 200.0)


def image_of(voxels, *, spacing=(4.0, 4.0, 5.0), origin=(0.0, 0.0, 0.0), pixel=np.int16):
    image = sitk.GetImageFromArray(np.asarray(voxels).astype(pixel))
    image.SetSpacing(spacing)
    image.SetOrigin(origin)
    return image


@pytest.fixture
def ct():
    """A body 320 mm wide in an image 400 mm wide, x from -200 to 196 mm, with noise."""
    voxels = np.full((6, 50, 100), -1000)
    voxels[:, 5:45, 10:90] = 40 + np.random.default_rng(1).integers(-9, 9, (6, 40, 80))
    return image_of(voxels, origin=(-200.0, -100.0, 0.0))


def mask_like(ct, *boxes, labels=(1, 1)):
    voxels = np.zeros(ct.GetSize()[::-1])
    for (start, stop), label in zip(boxes, labels, strict=False):
        voxels[1:5, 20:30, start:stop] = label
    mask = image_of(voxels, pixel=np.uint8)
    mask.CopyInformation(ct)
    return mask


def saved(image, folder, name="image.nii.gz"):
    write_image(image, folder / name)
    return folder / name


def labels_of(mask):
    return sorted(np.unique(sitk.GetArrayViewFromImage(mask)).tolist())


@pytest.mark.parametrize("name", ["ct.nii.gz", "ct.nrrd", "ct.mha"])
def test_a_ct_comes_back_as_it_was_written(ct, tmp_path, name):
    read = read_ct(saved(ct, tmp_path, name))
    assert read.GetPixelID() == sitk.sitkInt16
    np.testing.assert_array_equal(sitk.GetArrayFromImage(read), sitk.GetArrayFromImage(ct))
    np.testing.assert_allclose(read.GetOrigin(), ct.GetOrigin())


def test_every_orientation_is_turned_to_left_posterior_superior(ct, tmp_path):
    turned = read_ct(saved(sitk.DICOMOrient(ct, "RAS"), tmp_path))
    np.testing.assert_allclose(turned.GetDirection(), np.eye(3).ravel(), atol=1e-6)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(turned), sitk.GetArrayFromImage(ct))


def test_the_same_image_is_the_same_bytes(ct, tmp_path):
    one, other = saved(ct, tmp_path, "one.nii.gz"), saved(ct, tmp_path, "other.nii.gz")
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda path, ct: None, "There is no CT at the given path"),
        (lambda path, ct: path.write_bytes(b"not an image"), "cannot be read"),
        (lambda path, ct: path.mkdir(), "There is no CT at the given path"),
        (lambda path, ct: write_image(ct[:, :, 2], path), "not one 3-D volume"),
        (lambda path, ct: write_image(sitk.Image(9, 9, 9, sitk.sitkInt16), path), "is 0 HU"),
        (
            lambda path, ct: write_image(sitk.Cast(ct, sitk.sitkFloat32) * np.nan, path),
            "not numbers",
        ),
        (lambda path, ct: write_image(sitk.JoinSeries(ct, ct), path), "not one 3-D volume"),
        (lambda path, ct: write_image(sitk.Compose(ct, ct), path), "has colours"),
    ],
)
def test_a_bad_ct_is_a_sentence_that_names_no_file(ct, tmp_path, make, said):
    path = tmp_path / "MUELLER_ANNA.nii.gz"
    make(path, ct)
    with pytest.raises(RejectedInput, match=said) as raised:
        read_ct(path)
    assert "MUELLER" not in str(raised.value)
    assert str(tmp_path) not in str(raised.value)


def test_voxels_that_are_not_numbers_are_rejected(ct, tmp_path):
    path = saved(sitk.Cast(ct, sitk.sitkFloat32) * np.nan, tmp_path, "ct.nrrd")
    with pytest.raises(RejectedInput, match="not numbers"):
        read_ct(path)


@pytest.mark.parametrize("name", ["ct.nii.gz", "ct.nii", "ct.nrrd", "ct.mha"])
def test_a_truncated_file_is_rejected(ct, tmp_path, name):
    path = saved(ct, tmp_path, name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(RejectedInput, match="truncated"):
        read_ct(path)


def test_a_file_packed_in_several_members_is_whole(ct, tmp_path):
    path = saved(ct, tmp_path)
    content = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(content[:1000]) + gzip.compress(content[1000:]))
    np.testing.assert_array_equal(sitk.GetArrayFromImage(read_ct(path)), sitk.GetArrayFromImage(ct))


def test_two_femora_in_a_mask_without_sides_become_right_and_left(ct, tmp_path):
    mask = mask_like(ct, (20, 35), (65, 80))
    sided = sitk.GetArrayFromImage(read_mask(saved(mask, tmp_path), like=ct))
    assert sided[2, 25, 22] == 1  # low x is the patient's right
    assert sided[2, 25, 70] == 2
    assert (sided > 0).sum() == 2 * 4 * 10 * 15


@pytest.mark.parametrize("columns, side", [((20, 35), 1), ((65, 80), 2)])
def test_one_femur_gets_the_side_of_the_body_it_lies_on(ct, tmp_path, columns, side):
    mask = saved(mask_like(ct, columns, labels=(255,)), tmp_path)
    assert labels_of(read_mask(mask, like=ct)) == [0, side]


@pytest.mark.parametrize("origin_x_mm, side", [(-180.0, 1), (20.0, 2)])
def test_in_an_image_of_one_hip_the_scanners_middle_decides_the_side(
    ct, tmp_path, origin_x_mm, side
):
    hip = ct[30:70]
    hip.SetOrigin((origin_x_mm, 0.0, 0.0))
    mask = saved(mask_like(hip, (10, 25)), tmp_path)
    assert labels_of(read_mask(mask, like=hip)) == [0, side]


def test_labels_one_and_two_are_kept(ct, tmp_path):
    mask = mask_like(ct, (20, 35), (65, 80), labels=(1, 2))
    read = read_mask(saved(mask, tmp_path), like=ct)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(read), sitk.GetArrayFromImage(mask))


def test_a_mask_on_a_finer_grid_lands_on_the_cts_own(ct, tmp_path):
    mask = mask_like(ct, (20, 35), (65, 80), labels=(1, 2))
    finer = resample(mask, spacing_mm=(2.0, 2.0, 2.5), interpolator="nearest", background=0)
    read = read_mask(saved(finer, tmp_path), like=ct)
    assert read.GetSize() == ct.GetSize()
    np.testing.assert_array_equal(sitk.GetArrayFromImage(read), sitk.GetArrayFromImage(mask))


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda ct: mask_like(ct, (20, 35), (65, 80), labels=(1, 3)), "has the labels 1, 3"),
        (lambda ct: mask_like(ct, (20, 35), (65, 80), labels=(2, 1)), "Swap the labels"),
        (lambda ct: mask_like(ct), "no voxel inside the CT"),
    ],
)
def test_a_bad_mask_is_a_sentence(ct, tmp_path, make, said):
    with pytest.raises(RejectedInput, match=said):
        read_mask(saved(make(ct), tmp_path), like=ct)


def test_a_mask_beside_the_ct_is_rejected(ct, tmp_path):
    mask = mask_like(ct, (20, 35))
    mask.SetOrigin((5000.0, 0.0, 0.0))
    with pytest.raises(RejectedInput, match="belongs to another scan"):
        read_mask(saved(mask, tmp_path), like=ct)


def test_an_absent_mask_file_is_a_sentence(ct, tmp_path):
    with pytest.raises(RejectedInput, match="no usable mask file"):
        read_mask(tmp_path / "mask.nii.gz", like=ct)


def test_resampling_keeps_the_centre_and_the_length_of_the_sides(ct):
    coarse = resample(ct, spacing_mm=(8.0, 8.0, 10.0), interpolator="linear", background=-1000)
    assert coarse.GetSize() == (50, 25, 3)
    centres = [
        image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in image.GetSize()])
        for image in (ct, coarse)
    ]
    np.testing.assert_allclose(centres[0], centres[1])


def test_a_straight_ramp_survives_resampling():
    z, y, x = np.mgrid[:20, :20, :20].astype(float)
    ramp = image_of(10 * x + 3 * y + z, spacing=(1.0, 1.0, 1.0), pixel=np.float32)
    fine = resample(ramp, spacing_mm=(0.5, 0.5, 0.5), interpolator="linear", background=0)
    place = fine.TransformIndexToPhysicalPoint((20, 21, 22))
    expected = 10 * place[0] + 3 * place[1] + place[2]
    assert fine[20, 21, 22] == pytest.approx(expected, abs=1e-4)


def test_outside_of_an_image_is_background(ct):
    elsewhere = sitk.Image(ct)
    elsewhere.SetOrigin((9000.0, 0.0, 0.0))
    moved = resample_like(ct, elsewhere, interpolator="nearest", background=-1024)
    assert set(np.unique(sitk.GetArrayViewFromImage(moved))) == {-1024}


def test_a_crop_keeps_every_voxel_where_it_was(ct):
    mask = mask_like(ct, (20, 35))
    box = bounding_box(mask, margin_mm=8.0)
    assert box == (slice(0, 6), slice(18, 32), slice(18, 37))
    part = crop_to(ct, box)
    place = ct.TransformIndexToPhysicalPoint((20, 21, 3))
    assert part[part.TransformPhysicalPointToIndex(place)] == ct[20, 21, 3]


def test_an_empty_mask_has_no_box(ct):
    with pytest.raises(ValueError, match="empty mask"):
        bounding_box(mask_like(ct), margin_mm=1.0)


@real_hips
@pytest.mark.parametrize("patient", ["STS_029", "STS_036"])
def test_a_real_left_femur_is_known_as_left(patient):
    ct = read_ct(REAL_HIPS / patient / "ct.nii.gz")
    assert labels_of(read_mask(REAL_HIPS / patient / "proximal_femur.nii.gz", like=ct)) == [0, 2]
