"""Whatever lies at a path, the answer is an image or a sentence, soon and in bounded memory."""

import ast
import shutil
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from hospital import (
    ROOT,
    RULES,
    SETTINGS,
    enhanced,
    femora,
    mask_of,
    pelvis,
    save,
    slices_of,
    structure_set,
    write,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctio.intake.headers import slices_of as header_slices
from ctio.intake.outlines import read_outline
from ctio.intake.polygons import pixels_inside
from ctio.intake.sources import read_source
from osteoct.cohort.image_qc import check_patients
from osteoct.cohort.qct_export import read_export
from osteoct.cohort.tables import TableProblems, read_participants, read_qct
from osteoct.problems import PatientProblem

FUZZ = settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
CT = pelvis()[60:150, 20:70]
SMALL = {"voxels_at_most": 10**6, "files_at_most": 50, "bytes_at_most": 10**7}
DAMAGE = st.lists(
    st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=24)), min_size=1, max_size=4
)


def outcome(read):
    """Reads; whatever is not an image is a sentence without a path."""
    try:
        read()
    except PatientProblem as problem:
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
        outcome(lambda: read_source({"ct": str(path)}, reading=SMALL, series=RULES))

    check()


@pytest.mark.parametrize("name", ["ct.nii", "ct.nrrd", "ct.mha", "ct.dcm"])
def test_a_damaged_header_is_an_image_or_a_sentence(originals, tmp_path, name):
    content, path = (originals / name).read_bytes(), tmp_path / name

    @FUZZ
    @given(start=st.integers(0, 600), damage=st.binary(min_size=1, max_size=12))
    def check(start, damage):
        path.write_bytes(content[:start] + damage + content[start + len(damage) :])
        outcome(lambda: read_source({"ct": str(path)}, reading=SMALL, series=RULES))

    check()


def test_a_damaged_structure_set_is_an_outline_or_a_sentence(originals, tmp_path):
    content, path = (originals / "rs.dcm").read_bytes(), tmp_path / "rs.dcm"

    @FUZZ
    @given(damage=DAMAGE, cut=st.floats(0.5, 1))
    def check(damage, cut):
        path.write_bytes(damaged(content, damage, cut))
        rules = {"names": SETTINGS["mask"]["names"], "voxels_at_most": 10**6}
        outcome(lambda: read_outline(path, ct=CT, frame_of_reference="", **rules))

    check()


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".nrrd", ".mha", ".zip", ".dcm", ""])
def test_any_bytes_are_a_sentence(tmp_path, ending):
    path = tmp_path / f"ct{ending}"

    @FUZZ
    @given(content=st.binary(max_size=300))
    def check(content):
        path.write_bytes(content)
        with pytest.raises(PatientProblem):
            read_source({"ct": str(path)}, reading=SMALL, series=RULES)

    check()


def test_any_table_is_rows_or_problems(tmp_path):
    path = tmp_path / "t.tsv"

    @FUZZ
    @given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
    def check(content):
        path.write_bytes(content)
        for read in (lambda: read_participants(path), lambda: read_qct(path, set())):
            with pytest.raises(TableProblems):
                read()
        with pytest.raises(ValueError, match="The QCT export"):
            read_export(path)

    check()


@FUZZ
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=12).map(
        np.array
    )
)
def test_any_polygon_fills_a_picture_without_error(points):
    assert pixels_inside(points, (7, 9)).shape == (7, 9)


def test_a_table_of_fifty_thousand_rows_is_read_in_seconds(tmp_path):
    """Twenty times as many take twenty times as long: time and memory grow with the rows alone."""
    path, count = tmp_path / "qct.tsv", 50_000
    rows = (
        f"P{i // 2}\t{('left', 'right')[i % 2]}\ttotal_hip\t0.7\t-{i % 40 / 10}"
        for i in range(count)
    )
    path.write_text("\n".join(["patient\tside\tregion\tbmd_g_cm2\tt_score", *rows, ""]))
    began = time.process_time()
    assert len(read_qct(path, {f"P{i}" for i in range(count)})) == count
    assert time.process_time() - began < 20


def test_a_bomb_of_a_gzip_file_is_refused_by_its_header(tmp_path):
    path = tmp_path / "ct.nii"
    sitk.WriteImage(CT, path)
    content = bytearray(path.read_bytes()[:352])
    content[42:48] = np.array([4000, 4000, 4000], "<i2").tobytes()
    path.write_bytes(content)
    began = time.process_time()
    with pytest.raises(PatientProblem, match="expected 1000000 or fewer"):
        read_source({"ct": str(path)}, reading=SMALL, series=RULES)
    assert time.process_time() - began < 2


def test_a_bomb_of_an_archive_stops_at_the_limit(tmp_path):
    with zipfile.ZipFile(tmp_path / "ct.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(str(number), bytes(2_000_000))
    with pytest.raises(PatientProblem, match="unpacks to more than 10000000 bytes"):
        read_source({"ct": str(tmp_path / "ct.zip")}, reading=SMALL, series=RULES)


def test_a_path_that_leaves_the_folder_or_is_a_device_is_a_sentence(tmp_path):
    for ct in (
        "../../../../../../etc/passwd",
        "/dev/zero",
        "/dev/stdin",
        "/proc/self/mem",
        "a" * 5000,
    ):
        with pytest.raises(PatientProblem) as raised:
            read_source({"ct": ct}, reading=SMALL, series=RULES)
        assert "root" not in str(raised.value)


def test_a_folder_that_holds_itself_comes_to_an_end(tmp_path):
    write(slices_of(CT), tmp_path / "scan")
    (tmp_path / "scan" / "again").symlink_to(tmp_path / "scan", target_is_directory=True)
    outcome(lambda: read_source({"ct": str(tmp_path)}, reading=SETTINGS["reading"], series=RULES))


def test_blanks_and_letters_of_any_language_in_paths_are_fine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(["a b Köln", "東京\t'\" %s {x} $HOME"]):
        folder = tmp_path / name
        write(slices_of(pelvis()), folder / "scan")
        sitk.WriteImage(mask_of(femora()), folder / "mask.nii.gz")
        rows = pd.DataFrame(
            [
                {
                    "patient": f"U{number}",
                    "ct": str(folder / "scan"),
                    "mask": str(folder / "mask.nii.gz"),
                }
            ]
        )
        table = check_patients(rows, settings=SETTINGS, keep_copies=True, code=[], say=print)
        assert table["status"][0] == "done", table["reason"][0]
        assert Path(table["mask"][0]).exists()


def test_deflated_dicom_is_not_unpacked(tmp_path):
    (slice_,) = slices_of(CT)[:1]
    slice_.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    assert header_slices(save(slice_, tmp_path / "packed.dcm")) == []


def test_no_module_loads_a_pickle():
    names = {"pickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    for path in Path(ROOT, "workflow/scripts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert not names & {str(name).split(".")[0] for name in found}, path
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("torch.load", "np.load"):
                told = {key.arg: ast.unparse(key.value) for key in node.keywords}
                assert told.get("weights_only") == "True" or told.get("allow_pickle") == "False"
