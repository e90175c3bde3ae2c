"""The femoral neck of bones whose axis, waist and density were drawn."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
import yaml
from bones import HALF_AXES_MM, HEAD_MM, NECK_HU, SPACING_MM, WAIST_MM, bone

from osteoct.neck.head import sphere_through
from osteoct.neck.trabecular import LENGTH_MM, VALUES, measure_neck, measure_necks
from osteoct.neck.waist import find_neck
from osteoct.problems import PatientProblem

ROOT = Path(__file__).parents[3]
SETTINGS = yaml.safe_load((ROOT / "config/config.yaml").read_text())["neck"]
POSES = [(0, 0, 0), (20, -15, 10), (-25, 10, 30), (0, 25, -20)]


def inside_of(mask):
    return np.pad(sitk.GetArrayFromImage(mask) == 1, 1), np.array(mask.GetSpacing()[::-1])


@pytest.mark.parametrize("mirrored", [False, True], ids=["left", "right"])
@pytest.mark.parametrize("degrees", POSES)
def test_axis_and_waist_are_those_that_were_drawn(degrees, mirrored):
    _, mask, centre, axis = bone(degrees=degrees, mirrored=mirrored)
    inside, spacing = inside_of(mask)
    neck = find_neck(inside, spacing)
    assert neck.head_mm - spacing == pytest.approx(centre, abs=0.7)
    assert neck.head_radius_mm == pytest.approx(HEAD_MM, abs=0.5)
    assert np.rad2deg(np.arccos(neck.axis @ axis)) < 2
    assert neck.waist_mm == pytest.approx(WAIST_MM, abs=2)
    assert neck.area_mm2 == pytest.approx(np.pi * np.prod(HALF_AXES_MM), rel=0.05)


@pytest.mark.parametrize("mirrored", [False, True], ids=["left", "right"])
@pytest.mark.parametrize("degrees", POSES)
def test_the_region_holds_the_necks_own_density_and_no_cortex(degrees, mirrored):
    ct, mask, _, _ = bone(degrees=degrees, mirrored=mirrored)
    values, region = measure_neck(ct, mask, **SETTINGS)
    assert values["neck_hu"] == pytest.approx(NECK_HU, abs=2)
    assert values["neck_sd_hu"] == pytest.approx(20, abs=1.5)
    assert values["neck_voxels"] == np.count_nonzero(sitk.GetArrayViewFromImage(region))
    below = SETTINGS["cortex_mm"] + max(SPACING_MM) / 2
    height, depth = (half - below for half in HALF_AXES_MM)
    volume = np.pi * height * depth * LENGTH_MM
    assert values["neck_mm3"] == pytest.approx(volume, rel=0.15)


def test_thick_slices_give_the_same_density():
    ct, mask, _, _ = bone(degrees=(20, -15, 10), spacing_mm=(5.0, 0.7, 0.7))
    assert measure_neck(ct, mask, **SETTINGS)[0]["neck_hu"] == pytest.approx(NECK_HU, abs=8)


def test_a_head_that_the_scan_cuts_off_at_the_top_still_leads_to_the_neck():
    ct, mask, _, _ = bone()
    labels = sitk.GetArrayFromImage(mask)
    heights = np.flatnonzero(labels.any(axis=(1, 2)))
    cut = heights[-1] - round(12 / mask.GetSpacing()[2])
    values, _ = measure_neck(ct[:, :, : int(cut)], mask[:, :, : int(cut)], **SETTINGS)
    assert values["neck_hu"] == pytest.approx(NECK_HU, abs=2)


def cut_along_the_neck(at_mm, *, keep):
    """The bone on one side of a plane across its neck axis, at some mm from the head's centre."""
    ct, mask, centre, axis = bone()
    offset = np.indices(mask.GetSize()[::-1]).reshape(3, -1).T * mask.GetSpacing()[::-1] - centre
    kept = (offset @ axis < at_mm) == (keep == "head")
    labels = sitk.GetArrayFromImage(mask) * kept.reshape(mask.GetSize()[::-1])
    part = sitk.GetImageFromArray(labels.astype(np.uint8))
    part.CopyInformation(mask)
    return ct, part


@pytest.mark.parametrize("at_mm", [12, 22, 30, 36])
def test_a_mask_that_ends_within_the_neck_has_none(at_mm):
    with pytest.raises(
        PatientProblem, match="ends within the femoral neck|no waist|without a neck"
    ):
        measure_neck(*cut_along_the_neck(at_mm, keep="head"), **SETTINGS)


def test_a_shaft_without_a_head_has_no_neck():
    with pytest.raises(PatientProblem):
        measure_neck(*cut_along_the_neck(40, keep="shaft"), **SETTINGS)


def test_a_ball_has_no_neck():
    ct, mask, _, _ = bone()
    ball = np.linalg.norm(
        np.indices(mask.GetSize()[::-1]).reshape(3, -1).T * mask.GetSpacing()[::-1] - 70, axis=1
    )
    part = sitk.GetImageFromArray((ball < 22).reshape(mask.GetSize()[::-1]).astype(np.uint8))
    part.CopyInformation(mask)
    with pytest.raises(PatientProblem, match="without a neck|no waist|ends within"):
        measure_neck(ct, part, **SETTINGS)


def test_too_small_a_region_is_missing_and_not_zero():
    ct, mask, _, _ = bone()
    with pytest.raises(PatientProblem, match="mm³ are left"):
        measure_neck(ct, mask, **SETTINGS | {"cortex_mm": 11.5})


def test_a_sphere_through_exact_points_is_exact():
    directions = np.random.default_rng(1).normal(size=(50, 3))
    directions[:, 0] = np.abs(directions[:, 0])  # half a sphere
    points = [4, -2, 7] + 21.5 * directions / np.linalg.norm(directions, axis=1, keepdims=True)
    centre, radius = sphere_through(points)
    assert centre == pytest.approx([4, -2, 7])
    assert radius == pytest.approx(21.5)


def test_a_patient_without_a_neck_is_recorded_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ct, whole = bone()[:2]
    masks = {"P1": whole, "P2": cut_along_the_neck(22, keep="head")[1]}
    sitk.WriteImage(ct, "ct.nii.gz")
    for name, mask in masks.items():
        sitk.WriteImage(mask * 2, f"{name}.nii.gz")
    table = {"ct": "ct.nii.gz", "mask": [f"{name}.nii.gz" for name in masks], "mask_sha256": "0"}
    patients = pd.DataFrame({"patient": list(masks), **table})
    found = measure_necks(patients, side="left", settings=SETTINGS, code=[])
    assert list(found["status"]) == ["done", "failed"]
    assert found["neck_hu"].iloc[0] == pytest.approx(NECK_HU, abs=2)
    assert found.loc[1, VALUES].isna().all() and "neck" in found["reason"].iloc[1]
    assert (tmp_path / "results/patients/P1/neck.nii.gz").exists()
