"""Phases of one series whose acquisitions have one number, or lie between each other's slices."""

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import SERIES, pelvis, slices_of, write

from ctio import RejectedInput, read_scan

TELLING = {  # attribute: its values in the first and in the second phase
    "AcquisitionNumber": (9, 10),
    "TemporalPositionIdentifier": (1, 2),
    "TriggerTime": (0, 450),
    "NominalPercentageOfCardiacPhase": (0.0, 40.0),
    "ContrastBolusAgent": ("NONE", "Iodine"),
    "ContrastBolusStartTime": ("101400", "101430.5"),
    "AcquisitionDateTime": ("20240304101500.1", "20240304101545"),
    "AcquisitionTime": ("095959.9", "101545"),
    "ConvolutionKernel": ("STANDARD", "BONE"),
    "KVP": (120, 100),
}


@pytest.fixture(scope="module")
def ct():
    return pelvis()


def phases(ct, keyword, values, *, up_mm=0.0):
    """Two phases of the same numbers, the second one 1 HU brighter and a little higher up."""
    first, second = slices_of(ct), slices_of(ct + 1, first_uid=500)
    for slices, value in zip((first, second), values, strict=True):
        for slice_ in slices:
            setattr(slice_, keyword, value)
    for number, slice_ in enumerate(second, start=len(first) + 1):
        slice_.InstanceNumber = number
        slice_.ImagePositionPatient[2] += up_mm
    return [slice_ for pair in zip(first, second, strict=True) for slice_ in pair]


def read(slices, folder):
    return read_scan({"ct": str(write(slices, folder / "scan"))}, series=SERIES)


@pytest.mark.parametrize("up_mm", [0.0, 2.5])
@pytest.mark.parametrize("keyword", TELLING)
def test_the_first_phase_is_taken_and_never_mixed_with_the_other(ct, tmp_path, keyword, up_mm):
    scan = read(phases(ct, keyword, TELLING[keyword], up_mm=up_mm), tmp_path)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(scan.image), sitk.GetArrayFromImage(ct))
    assert [row["slices"] for row in scan.series] == [26, 26]
    assert [row["outcome"] for row in scan.series].count("taken") == 1


def test_phases_that_nothing_tells_apart_are_rejected(ct, tmp_path):
    with pytest.raises(RejectedInput, match="position of another one"):
        read(phases(ct, "KVP", (120, 120)), tmp_path)


@pytest.mark.parametrize("keyword", ["AcquisitionNumber", "AcquisitionTime", "TriggerTime"])
@pytest.mark.parametrize("step", [1, 9])
def test_a_scan_of_rotations_one_above_the_other_is_one_scan(ct, tmp_path, keyword, step):
    slices = slices_of(ct)
    for number, slice_ in enumerate(slices):
        setattr(slice_, keyword, str(100000 + number // step))
    scan = read(slices, tmp_path)
    assert [(row["slices"], row["outcome"]) for row in scan.series] == [(26, "taken")]


def test_pieces_of_a_scan_are_not_taken_for_the_scan(ct, tmp_path):
    slices = phases(ct, "KVP", (120, 120))
    for number, slice_ in enumerate(slices):
        slice_.AcquisitionTime = str(100000 + number // 26 + 2 * (number % 2))
    path = write(slices, tmp_path / "scan")
    with pytest.raises(RejectedInput, match="position of another one"):
        read_scan({"ct": str(path)}, series=SERIES | {"min_length_mm": 50})


@pytest.mark.parametrize("up_mm", [0.0, 2.5])
def test_reconstructions_of_another_thickness_are_apart_only_at_the_same_levels(
    ct, tmp_path, up_mm
):
    scan = read(phases(ct, "SliceThickness", (5, 5.1), up_mm=up_mm), tmp_path)
    assert [row["slices"] for row in scan.series] == ([52] if up_mm else [26, 26])
