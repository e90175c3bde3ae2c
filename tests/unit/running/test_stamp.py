"""What shows that images were written again: names, sizes and dates of the files in a folder."""

import os
import shutil

import pytest

from osteoct.results import sha256, stamp


@pytest.fixture
def scan(tmp_path):
    """A folder of three slices, one of them in a folder inside."""
    scan = tmp_path / "scan"
    (scan / "inside").mkdir(parents=True)
    for name in ("1.dcm", "2.dcm", "inside/3.dcm"):
        (scan / name).write_text(name)
    return scan


def write_again(path):
    path.write_text(path.read_text()[::-1])
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))


@pytest.mark.parametrize("name", ["1.dcm", "inside/3.dcm"])
@pytest.mark.parametrize(
    "change",
    [write_again, os.unlink, lambda path: path.rename(path.with_name("9.dcm"))],
    ids=["written again", "gone", "renamed"],
)
def test_every_file_of_a_folder_counts(scan, name, change):
    before, dates = stamp(scan), scan.stat()
    assert stamp(scan) == before
    change(scan / name)
    os.utime(scan, ns=(dates.st_atime_ns, dates.st_mtime_ns))
    assert stamp(scan) != before


def test_files_behind_links_count_and_circles_end(scan, tmp_path):
    shutil.move(scan / "inside", tmp_path / "elsewhere")
    (scan / "inside").symlink_to(tmp_path / "elsewhere")
    (scan / "circle").symlink_to(scan)
    (scan / "nowhere").symlink_to(tmp_path / "nowhere")
    link = tmp_path / "link"
    link.symlink_to(scan)
    before, content = stamp(link), sha256(link)
    write_again(tmp_path / "elsewhere" / "3.dcm")
    assert stamp(link) != before
    assert sha256(link) != content


def test_a_single_file_counts_and_an_absent_one_is_no_error(scan):
    before = stamp(scan / "1.dcm")
    write_again(scan / "1.dcm")
    assert stamp(scan / "1.dcm") != before
    assert stamp(scan / "absent") == stamp(scan / "never")


def test_the_hash_of_a_folder_is_that_of_its_contents_alone(scan, tmp_path):
    other = shutil.copytree(scan, tmp_path / "other")
    os.utime(other / "1.dcm", ns=(1, 1))
    assert sha256(other) == sha256(scan)
    (other / "2.dcm").write_text("2")
    assert sha256(other) != sha256(scan)


def test_the_index_of_a_disc_stands_for_its_folder(tmp_path):
    for name in ("DICOMDIR", "IM0001"):
        (tmp_path / name).write_bytes(b"old")
    before = stamp(tmp_path / "DICOMDIR")
    (tmp_path / "IM0001").write_bytes(b"newer")
    assert stamp(tmp_path / "DICOMDIR") != before
