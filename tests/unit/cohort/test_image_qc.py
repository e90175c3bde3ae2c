import json
import re

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from hospital import changed, femora, mask_of, pelvis, settings, slices_of, write

from ctio import check_ct, describe_ct
from osteoct.batches import PATIENTS
from osteoct.cohort.image_qc import check_patients
from osteoct.report.qc import read_image_issues

COLUMNS = ["patient", "sex", "age", "exam_date", "ct", "mask", "mask_reader2"]


@pytest.fixture(scope="module")
def ct():
    return pelvis()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*rows, keep_copies=True, **changes):
    table = pd.DataFrame([dict(zip(COLUMNS, row, strict=False)) for row in rows], columns=COLUMNS)
    return check_patients(table, settings=settings(**changes), keep_copies=keep_copies, code=[])


def issues_of(patient):
    record = json.loads((PATIENTS / patient / "image_issues.json").read_text())
    return {(item["image"], item["issue"]): item for item in record["issues"]}


def test_a_scan_of_the_protocol_has_no_issue(ct):
    header = {"tube_voltage_kvp": 120, "kernel": "STANDARD"}
    rules = settings(protocol={"slice_spacing_mm": 5})
    del rules["structures"]
    assert check_ct(ct, header, **rules) == []


def test_the_facts_are_those_of_the_image(ct):
    facts = describe_ct(ct)
    assert facts["size"] == "210 × 90 × 26"
    assert facts["spacing_mm"] == "1.45 × 1.45 × 5"
    assert facts["length_mm"] == 130.0
    assert facts["min_hu"] == -1024


def test_a_ct_off_the_scale_is_for_review_on_the_console_and_on_its_page(ct, caplog):
    caplog.set_level("INFO", logger="osteoct")
    sitk.WriteImage(changed(ct, lambda hu: hu - 40), "low.nii.gz")
    table = check(("A", None, None, None, "low.nii.gz"), ("B", None, None, None, "low.nii.gz"))
    start = "image_qc: A, review. "
    said = [line.removeprefix(start) for line in caplog.messages if line.startswith(start)]
    assert any(re.search("3[89] HU lower than usual", sentence) for sentence in said)
    assert all(sentence in table["warnings"][0] for sentence in said)
    assert read_image_issues(PATIENTS / "A")["for_review"] == said


def test_one_bad_ct_is_recorded_and_the_others_go_on(ct):
    sitk.WriteImage(ct, "good.nii.gz")
    sitk.WriteImage(ct[:, :, :8], "short.nii.gz")
    table = check(
        *(("A", "F", 60.0, None, "good.nii.gz"), ("B", None, None, None, "short.nii.gz")),
        ("C", None, None, None, "none"),
    )
    assert list(table["status"]) == ["done", "failed", "failed"]
    assert "40 mm long" in table["reason"][1]
    assert "There is no CT" in table["reason"][2]
    assert ("ct", "length") in issues_of("B") and ("ct", "no scan") in issues_of("C")


def test_every_reason_against_a_scan_is_given(ct):
    sitk.WriteImage(changed(ct[:, :, :8], lambda v: v + 1024), "ct.nii.gz")
    (reason,) = check(("A", None, None, None, "ct.nii.gz"))["reason"]
    assert "40 mm long" in reason and "expected air below" in reason


def test_later_steps_read_the_studys_own_copies(ct, folder):
    write(slices_of(ct), folder / "scan")
    sitk.WriteImage(mask_of(femora()), "m.nrrd")
    table = check(("A", "F", 71.0, "2024-03-04", "scan", "m.nrrd"))
    assert table["ct"][0] == "results/patients/A/ct.nii.gz"
    assert table["mask"][0] == "results/patients/A/mask.nii.gz"
    assert table["mask_reader2"][0] is None
    copy = sitk.ReadImage(table["ct"][0])
    np.testing.assert_array_equal(sitk.GetArrayFromImage(copy), sitk.GetArrayFromImage(ct))
    mask = sitk.GetArrayFromImage(sitk.ReadImage(table["mask"][0]))
    np.testing.assert_array_equal(mask, femora())
    assert "header contradicts table" not in {issue for _, issue in issues_of("A")}


def test_phantoms_are_not_copied(ct):
    sitk.WriteImage(ct, "ct.nii.gz")
    table = check(("A", None, None, None, "ct.nii.gz"), keep_copies=False)
    assert table["ct"][0] == "ct.nii.gz"
    assert not list((PATIENTS / "A").glob("*.nii.gz"))


def test_a_rejected_segmentation_does_not_exclude_its_patient(ct):
    sitk.WriteImage(ct, "ct.nii.gz")
    sitk.WriteImage(mask_of(femora() * 0), "empty.nii.gz")
    table = check(("A", None, None, None, "ct.nii.gz", "empty.nii.gz"))
    assert table["status"][0] == "done"
    assert issues_of("A")["mask", "mask empty"]["level"] == "rejected"
    assert "no voxel inside the CT" in table["warnings"][0]
    assert not ((PATIENTS / "A") / "mask.nii.gz").exists()


def test_a_ct_replaced_under_the_same_name_is_checked_again(ct):
    row = ("A", None, None, None, "ct.nii.gz")
    sitk.WriteImage(ct, "ct.nii.gz")
    first = check(row)
    again = check(row)
    sitk.WriteImage(changed(ct, lambda v: v[:, ::-1]), "ct.nii.gz")
    second = check(row)
    assert first["ct_sha256"][0] == again["ct_sha256"][0] != second["ct_sha256"][0]


def test_a_segmentation_replaced_under_the_same_name_is_checked_again(ct):
    row = ("A", None, None, None, "ct.nii.gz", "m.nii.gz")
    sitk.WriteImage(ct, "ct.nii.gz")
    sitk.WriteImage(mask_of(femora()), "m.nii.gz")
    first = check(row)
    sitk.WriteImage(mask_of(np.where(femora() == 2, 2, 0)), "m.nii.gz")
    second = check(row)
    assert first["mask.nii.gz_sha256"][0] != second["mask.nii.gz_sha256"][0]


def test_a_deleted_copy_is_made_again(ct):
    row = ("A", None, None, None, "ct.nii.gz")
    sitk.WriteImage(ct, "ct.nii.gz")
    check(row)
    ((PATIENTS / "A") / "ct.nii.gz").unlink()
    check(row)
    assert ((PATIENTS / "A") / "ct.nii.gz").exists()
