"""Which images are measured: inputs with faults of real life, kept beside the study."""

import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import SERIES, SETTINGS

from ctio import RejectedInput, read_scan, read_segmentation, write_segmentation

FOLDER = Path(__file__).parents[4] / "shared" / "faults"
if not (FOLDER / "make_faults.py").exists():
    pytest.skip("the folder of faults is not here", allow_module_level=True)
sys.path.insert(0, str(FOLDER))
from make_faults import FAULTS, hu_of, make  # noqa: E402


def read(name, folder):
    return read_scan({"ct": str(make(FAULTS, folder, [name])[name]["ct"])}, series=SERIES)


def assert_intact(scan):
    np.testing.assert_array_equal(sitk.GetArrayFromImage(scan.image), hu_of())


def warnings_of(scan):
    return [issue.name for issue in scan.issues if issue.level != "note"]


@pytest.mark.parametrize(
    "name, outcomes",
    [
        ("acquisitions_2_and_10", ["taken", "otherwise alike, and later in order"]),
        ("aborted_acquisition", ["shorter than another acquisition of its series", "taken"]),
        ("monitoring_slice", ["taken", "single slices beside the scan"]),
        ("contrast_none", ["taken", "no word about a contrast agent"]),
        ("dicomdir", ["taken"]),
        ("dose_report_without_id", ["taken", "no CT images"]),
        ("frame_of_reference_each", ["taken"]),
    ],
)
def test_the_right_images_are_taken_and_the_record_names_the_others(tmp_path, name, outcomes):
    scan = read(name, tmp_path)
    assert_intact(scan)
    assert warnings_of(scan) == [] and not scan.protocol.get("contrast")
    assert [row["outcome"] for row in scan.series] == outcomes


def test_a_multi_frame_ct_that_lost_an_item_is_damaged(tmp_path):
    with pytest.raises(RejectedInput, match="damaged"):
        read("enhanced_missing_item", tmp_path)


@pytest.mark.parametrize("name", ["seg_of_sparse_header", "spacing_between_slices_99"])
def test_a_segmentation_of_such_a_series_is_written_and_read_back(tmp_path, name):
    paths, seg = make(FAULTS, tmp_path, [name])[name], tmp_path / "seg.dcm"
    scan, labels = read_scan({"ct": str(paths["scan"])}, series=SERIES), paths["labels"]
    assert_intact(scan)
    write_segmentation(
        sitk.ReadImage(labels), paths["scan"], seg, series=SERIES, software="test", version="1"
    )
    mask, issues = read_segmentation(seg, ct=scan.image, names=SETTINGS["structures"])
    np.testing.assert_array_equal(
        sitk.GetArrayFromImage(mask), sitk.GetArrayFromImage(sitk.ReadImage(labels))
    )
    assert {issue.level for issue in issues} <= {"note"}
