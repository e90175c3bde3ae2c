"""How files are packed and named: gzip, endings in capitals, one volume in a folder, links."""

import gzip
import shutil

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import SERIES, pelvis, slices_of, write
from pydicom.fileset import FileSet

from ctio import RejectedInput, read_scan


@pytest.fixture(scope="module")
def ct():
    return pelvis()


def assert_read(path, ct):
    scan = read_scan({"ct": str(path)}, series=SERIES)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(scan.image), sitk.GetArrayFromImage(ct))
    assert scan.image.GetSpacing() == pytest.approx(ct.GetSpacing(), abs=1e-3)


@pytest.mark.parametrize("name", ["CT.NII.GZ", "Ct.Nii", "CT.NRRD", "ct.MHA"])
def test_an_ending_may_be_in_capitals(ct, tmp_path, name):
    sitk.WriteImage(ct, tmp_path / name.lower())
    path = (tmp_path / name.lower()).rename(tmp_path / name)
    assert_read(path, ct)


@pytest.mark.parametrize("name", ["ct.nii.gz", "ct.nii", "ct.nrrd", "ct.mha"])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_folder_or_archive_with_one_image_is_that_image(ct, tmp_path, name, zipped):
    folder = tmp_path / "scan" / "inside"
    folder.mkdir(parents=True)
    sitk.WriteImage(ct, folder / name)
    (folder / "readme.txt").write_text("a remark")
    path = tmp_path / "scan"
    assert_read(shutil.make_archive(str(path), "zip", path) if zipped else path, ct)


def test_a_folder_with_two_images_is_rejected(ct, tmp_path):
    for name in ("a.nii.gz", "b.nii.gz"):
        sitk.WriteImage(ct, tmp_path / name)
    with pytest.raises(RejectedInput, match="no axial CT slice"):
        read_scan({"ct": str(tmp_path)}, series=SERIES)


def packed(slices, folder):
    for file in write(slices, folder).iterdir():
        file.with_suffix(".dcm.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    return folder


def test_gzipped_slices_are_read(ct, tmp_path):
    assert_read(packed(slices_of(ct), tmp_path / "scan"), ct)


def test_gzipped_slices_are_bounded(ct, tmp_path):
    folder = packed(slices_of(ct), tmp_path / "scan")
    with pytest.raises(RejectedInput, match="more than the limit"):
        read_scan({"ct": str(folder)}, series=SERIES, max_bytes=100_000)


def test_a_damaged_gzipped_slice_is_said(ct, tmp_path):
    folder = packed(slices_of(ct), tmp_path / "scan")
    path = sorted(folder.iterdir())[3]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(RejectedInput, match="damaged"):
        read_scan({"ct": str(folder)}, series=SERIES)


def test_links_are_followed_and_lead_to_every_slice_once(ct, tmp_path):
    real, scan = write(slices_of(ct), tmp_path / "real"), tmp_path / "scan"
    scan.mkdir()
    (scan / "one").symlink_to(real)
    (scan / "two").symlink_to(real)
    (scan / "slice").symlink_to(next(real.iterdir()))
    (scan / "up").symlink_to(tmp_path)
    (scan / "nowhere").symlink_to(tmp_path / "nothing")
    assert_read(scan, ct)
    (tmp_path / "link").symlink_to(scan)
    assert_read(tmp_path / "link", ct)


@pytest.mark.parametrize("name", ["DICOMDIR", "dicomdir", "index.dcm"])
def test_the_index_of_a_disc_stands_for_its_folder(ct, tmp_path, name):
    disc = FileSet()
    for slice_ in slices_of(ct):
        disc.add(slice_)
    disc.write(tmp_path / "disc")
    (tmp_path / "disc" / "DICOMDIR").rename(tmp_path / "disc" / name)
    assert_read(tmp_path / "disc" / name, ct)
