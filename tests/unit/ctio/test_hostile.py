"""Whatever lies at a path, the answer is an image or a sentence, soon and in bounded memory."""

import shutil
import time
import zipfile

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import (
    SERIES,
    SETTINGS,
    enhanced,
    pelvis,
    save,
    slices_of,
    structure_set,
    write,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctio import RejectedInput, read_file_slices, read_scan, read_segmentation
from ctio.intake.polygons import fill_polygon

FUZZ = settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
CT = pelvis()[60:150, 20:70]
SMALL = {"max_voxels": 10**6, "max_files": 50, "max_bytes": 10**7}
DAMAGE = st.lists(
    st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=24)), min_size=1, max_size=4
)


def outcome(read):
    """Reads; whatever is not an image is a sentence without a path."""
    try:
        read()
    except RejectedInput as problem:
        assert str(problem).endswith(".") and "/" not in str(problem)


def damaged(content, damage, cut):
    """Some bytes overwritten, and the end cut off."""
    content = bytearray(content)
    for place, replacement in damage:
        start = int(place * len(content))
        content[start : start + len(replacement)] = replacement
    return bytes(content[: int(cut * len(content))])


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("originals")
    for name in ("ct.nii", "ct.nii.gz", "ct.nrrd", "ct.mha"):
        sitk.WriteImage(CT, folder / name)
    slices = slices_of(CT)
    scan = write(slices, folder / "scan")
    shutil.make_archive(str(folder / "ct"), "zip", scan)
    save(enhanced(slices), folder / "ct.dcm")
    angle = np.linspace(0, 6.2, 30)
    ring = np.column_stack([20 * np.cos(angle), 20 * np.sin(angle), np.full(30, 22.5)])
    save(structure_set({"femur": [ring]}), folder / "rs.dcm")
    return folder


@pytest.mark.parametrize("name", ["ct.nii", "ct.nii.gz", "ct.nrrd", "ct.mha", "ct.zip", "ct.dcm"])
def test_a_damaged_scan_is_an_image_or_a_sentence(originals, tmp_path, name):
    content, path = (originals / name).read_bytes(), tmp_path / name

    @FUZZ
    @given(damage=DAMAGE, cut=st.floats(0, 1))
    def check(damage, cut):
        path.write_bytes(damaged(content, damage, cut))
        outcome(lambda: read_scan({"ct": str(path)}, series=SERIES, **SMALL))

    check()


@pytest.mark.parametrize("name", ["ct.nii", "ct.nrrd", "ct.mha", "ct.dcm"])
def test_a_damaged_header_is_an_image_or_a_sentence(originals, tmp_path, name):
    content, path = (originals / name).read_bytes(), tmp_path / name

    @FUZZ
    @given(start=st.integers(0, 600), damage=st.binary(min_size=1, max_size=12))
    def check(start, damage):
        path.write_bytes(content[:start] + damage + content[start + len(damage) :])
        outcome(lambda: read_scan({"ct": str(path)}, series=SERIES, **SMALL))

    check()


def test_a_damaged_structure_set_is_a_mask_or_a_sentence(originals, tmp_path):
    content, path = (originals / "rs.dcm").read_bytes(), tmp_path / "rs.dcm"

    @FUZZ
    @given(damage=DAMAGE, cut=st.floats(0.5, 1))
    def check(damage, cut):
        path.write_bytes(damaged(content, damage, cut))
        rules = {"names": SETTINGS["structures"], "max_voxels": 10**6}
        outcome(lambda: read_segmentation(path, ct=CT, **rules))

    check()


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".nrrd", ".mha", ".zip", ".dcm", ""])
def test_any_bytes_are_a_sentence(tmp_path, ending):
    path = tmp_path / f"ct{ending}"

    @FUZZ
    @given(content=st.binary(max_size=300))
    def check(content):
        path.write_bytes(content)
        with pytest.raises(RejectedInput):
            read_scan({"ct": str(path)}, series=SERIES, **SMALL)

    check()


@FUZZ
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=12).map(
        np.array
    )
)
def test_any_polygon_fills_a_picture_without_error(points):
    assert fill_polygon(points, (7, 9)).shape == (7, 9)


def test_a_bomb_of_a_gzip_file_is_rejected_by_its_header(tmp_path):
    path = tmp_path / "ct.nii"
    sitk.WriteImage(CT, path)
    content = bytearray(path.read_bytes()[:352])
    content[42:48] = np.array([4000, 4000, 4000], "<i2").tobytes()
    path.write_bytes(content)
    began = time.process_time()
    with pytest.raises(RejectedInput, match="expected 1000000 or fewer"):
        read_scan({"ct": str(path)}, series=SERIES, **SMALL)
    assert time.process_time() - began < 2


def test_a_bomb_of_an_archive_stops_at_the_limit(tmp_path):
    with zipfile.ZipFile(tmp_path / "ct.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(str(number), bytes(2_000_000))
    with pytest.raises(RejectedInput, match="unpacks to more than 10000000 bytes"):
        read_scan({"ct": str(tmp_path / "ct.zip")}, series=SERIES, **SMALL)


def test_a_path_that_leaves_the_folder_or_is_a_device_is_a_sentence(tmp_path):
    for ct in (
        "../../../../../../etc/passwd",
        "/dev/zero",
        "/dev/stdin",
        "/proc/self/mem",
        "a" * 5000,
    ):
        with pytest.raises(RejectedInput) as raised:
            read_scan({"ct": ct}, series=SERIES, **SMALL)
        assert "root" not in str(raised.value)


def test_a_folder_that_holds_itself_comes_to_an_end(tmp_path):
    write(slices_of(CT), tmp_path / "scan")
    (tmp_path / "scan" / "again").symlink_to(tmp_path / "scan", target_is_directory=True)
    outcome(lambda: read_scan({"ct": str(tmp_path)}, series=SERIES))


def test_deflated_dicom_is_not_unpacked(tmp_path):
    (slice_,) = slices_of(CT)[:1]
    slice_.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    assert read_file_slices(save(slice_, tmp_path / "packed.dcm")) == []
