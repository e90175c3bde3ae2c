"""Radiomic features: the paper's count, both engines, and problems in sentences."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from femora import FEATURES, ORIGINAL, SETTINGS, SQUARE, egg, image

from fastradiomics import UnknownSetting
from osteoct.features.batch import extract_batch, feature_names
from osteoct.features.engines import check_engine
from osteoct.features.extraction import extract, extract_moved
from osteoct.features.names import readable
from osteoct.features.table import (
    gather,
    manually_segmented_patients,
    segmented_patients,
    training_reference,
    write_gathered,
)
from osteoct.images import femur_of
from osteoct.problems import PatientProblem
from osteoct.results import write_csv


@pytest.fixture(scope="module")
def scan():
    return egg()


MEASURED = {"side": "left", "features": {**FEATURES, **ORIGINAL, "total": 104}}
BATCH = {"step": "features", "measured": MEASURED, "code": []}


@pytest.fixture(scope="module")
def measured(scan):
    return extract(*scan, **SETTINGS)


def test_the_settings_give_the_papers_1184_features():
    names = feature_names(SETTINGS, total=1184)
    groups = Counter(name.split("_")[1] for name in names)
    assert groups == {
        "shape": 14,
        "firstorder": 13 * 18,
        "glcm": 13 * 21,
        "glrlm": 13 * 16,
        "glszm": 13 * 16,
        "gldm": 13 * 14,
        "ngtdm": 13 * 5,
    }
    images = {name.split("_")[0] for name in names}
    assert len(images) == 13
    assert {"original", "log-sigma-4-0-mm-3D", "wavelet-LLL", "wavelet-HHH"} <= images
    assert not {"original_glcm_SumAverage", "original_glcm_MCC"} & set(names)


def test_a_scan_gives_the_features_that_the_settings_promise(measured):
    assert list(measured) == feature_names(SETTINGS, total=1184)


def test_another_number_of_features_is_an_error():
    with pytest.raises(ValueError, match="give 104 features, features.total says 1184"):
        feature_names(ORIGINAL, total=1184)


def test_both_engines_give_the_same_values(scan, measured):
    reference = extract(*scan, **{**SETTINGS, "engine": "pyradiomics"})
    assert list(measured) == list(reference)
    assert measured == pytest.approx(reference, rel=1e-9, abs=1e-9)


def test_the_engine_pyradiomics_has_filters_that_the_fast_one_has_not(scan):
    values = extract(*scan, **{**SETTINGS, "engine": "pyradiomics", "images": SQUARE})
    assert {name.split("_")[0] for name in values} == {"original", "square"}


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"images": SQUARE}, "fastradiomics does not know the filter Squ"),
        (
            {"images": ["Sqare"], "engine": "pyradiomics"},
            "pyradiomics does not know the fil",
        ),
        ({"classes": ["glrm"]}, "fastradiomics does not know the class glrm"),
        ({"classes": ["glrm"], "engine": "pyradiomics"}, "pyradiomics does not know the class"),
        ({"left_out": ["glcm_SumVar"]}, "does not know the feature glcm_SumVar"),
        ({"engine": "pyradiomics", "profile": "ibsi"}, "profile ibsi .* needs the engine fast"),
    ],
)
def test_what_an_engine_does_not_know_is_an_error_before_any_patient(change, sentence):
    measured = {"side": "left", "features": {**FEATURES, **change}}
    with pytest.raises(ValueError, match=sentence):
        extract_batch(None, step="features", measured=measured, code=[])


@pytest.mark.parametrize(
    "change, moved, sentence",
    [
        ({"images": SQUARE}, False, "filter Square. It knows: LoG, Original, Wavelet. .* pyradio"),
        ({"images": SQUARE, "engine": "pyradiomics"}, True, "filter Square.* patients to 0"),
        ({"engine": "pyradiomics", "profile": "ibsi"}, False, "needs the engine fast"),
    ],
)
def test_an_engine_that_cannot_measure_stops_the_study_before_any_job(change, moved, sentence):
    with pytest.raises(ValueError, match=sentence):
        check_engine({**FEATURES, **change}, moved=moved)


def test_an_engine_that_can_measure_does_not_stop_it():
    check_engine(FEATURES, moved=True)
    check_engine({**FEATURES, "images": SQUARE, "engine": "pyradiomics"}, moved=False)


@pytest.mark.parametrize("engine", ["fast", "pyradiomics"])
def test_a_moved_grid_has_no_filter_that_the_fast_engine_has_not(scan, engine):
    asked = {**SETTINGS, "engine": engine, "images": SQUARE}
    with pytest.raises(UnknownSetting, match="filter Square.* robustness: patients to 0"):
        extract_moved(*scan, sitk.TranslationTransform(3), **asked)


def test_volume_is_that_of_the_ellipsoid(measured):
    ellipsoid_mm3 = 4 / 3 * np.pi * (14 * 1.25) * (15 * 0.83) * (19 * 0.83)
    assert measured["original_shape_MeshVolume"] == pytest.approx(ellipsoid_mm3, rel=0.01)


def test_mean_is_that_of_the_voxels_but_for_the_blur_of_the_edge(scan, measured):
    ct, mask = map(sitk.GetArrayFromImage, scan)
    assert measured["original_firstorder_Mean"] == pytest.approx(ct[mask == 1].mean(), rel=0.02)


def test_a_scan_of_floats_gives_the_same_features(scan):
    ct, mask = scan
    floats = sitk.Cast(ct, sitk.sitkFloat32)
    assert extract(floats, mask, **ORIGINAL) == extract(ct, mask, **ORIGINAL)


def test_an_empty_mask_is_a_problem(scan):
    ct, mask = scan
    with pytest.raises(PatientProblem, match="mask of the femur is empty"):
        extract(ct, mask * 0, **ORIGINAL)


@pytest.mark.parametrize("shape", [(2, 1, 1), (1, 9, 9)])
def test_a_mask_thinner_than_a_volume_is_a_problem(scan, shape):
    array = np.zeros_like(sitk.GetArrayFromImage(scan[1]))
    array[tuple(slice(40, 40 + length) for length in shape)] = 1
    with pytest.raises(PatientProblem, match="no features"):
        extract(scan[0], image(array), **{**ORIGINAL, "spacing_mm": list(scan[0].GetSpacing())})


def test_a_single_voxel_is_a_problem(scan):
    array = np.zeros_like(sitk.GetArrayFromImage(scan[1]))
    array[40, 40, 40] = 1
    with pytest.raises(PatientProblem, match="holds 1 voxels of one value"):
        extract(scan[0], image(array), **ORIGINAL)


def test_a_flat_femur_is_a_problem(scan):
    ct, mask = scan
    with pytest.raises(PatientProblem, match="of one value, 120 HU: there is no texture"):
        extract(ct * 0 + 120, mask, **ORIGINAL)


def altered(scan, change):
    """The egg's scan with one thing wrong."""
    ct, mask = scan
    hu, inside = map(sitk.GetArrayFromImage, scan)
    if change == "nan":
        hu = np.where(inside & (hu > 500), np.nan, hu.astype(np.float32))
    elif change == "inf beside":
        hu = hu.astype(np.float32)
        hu[44, 60, 104] = np.inf
    elif change == "one slice":
        inside[:44] = inside[45:] = 0
    elif change == "two labels":
        inside[44, 60, 82] = 2
    elif change == "larger":
        return ct, image(np.pad(inside, 2))
    elif change == "another grid":
        return ct, image(inside, origin=(0, 0, 0))
    elif change == "metal":
        hu[44, 60, 82] = 32000
    return image(hu), image(inside)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ("nan", "holds voxels that are not numbers"),
        ("inf beside", "not numbers near the mask"),
        ("one slice", "spans 3. × .* × 1 voxels, which is no volume"),
        ("two labels", "label 2 beside 1"),
        ("larger", "not on the scan's grid"),
        ("another grid", "not on the scan's grid"),
        ("metal", "grey levels, more than 2000"),
    ],
)
def test_bad_data_are_a_problem_of_the_patient(scan, change, sentence):
    with pytest.raises(PatientProblem, match=sentence):
        extract(*altered(scan, change), **{**ORIGINAL, "bin_width_hu": 1})


def test_voxels_far_from_each_other_have_no_texture_and_no_zero():
    inside = np.zeros((24, 24, 24), np.uint8)
    inside[4, 4, 4] = inside[18, 18, 18] = 1
    ct = np.random.default_rng(1).normal(200, 80, inside.shape).astype(np.int16)
    scan = image(ct, (1, 1, 1)), image(inside, (1, 1, 1))
    with pytest.raises(PatientProblem, match="features of the femur are not finite"):
        extract(*scan, **ORIGINAL)


def test_the_studied_side_is_measured(scan, tmp_path):
    ct, mask = scan
    sitk.WriteImage(mask * 2, tmp_path / "femur.nii.gz")
    femur = femur_of(tmp_path / "femur.nii.gz", ct, side="left")
    assert np.array_equal(*(sitk.GetArrayFromImage(part) for part in (femur, mask)))
    with pytest.raises(PatientProblem, match="holds no right femur"):
        femur_of(tmp_path / "femur.nii.gz", ct, side="right")


def test_a_batch_records_what_failed_and_measures_the_rest(scan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ct, mask = scan
    sitk.WriteImage(ct, "ct.nii.gz")
    for patient, label in {"A": 2, "B": 1}.items():
        folder = tmp_path / "results/patients" / patient
        folder.mkdir(parents=True)
        sitk.WriteImage(mask * label, folder / "femur.nii.gz")
    masks = [f"results/patients/{patient}/femur.nii.gz" for patient in ("A", "B")]
    patients = pd.DataFrame({"patient": ["A", "B"], "ct": "ct.nii.gz", "mask": masks})
    batch = extract_batch(patients.assign(mask_sha256="x"), **BATCH)
    assert list(batch["status"]) == ["done", "failed"]
    assert "no left femur" in batch["reason"][1]
    assert batch.iloc[1].filter(like="original_").isna().all()
    alone = pd.read_csv("results/patients/A/features.csv")
    assert alone.shape == (1, 105)
    assert list(gather([batch])["patient"]) == ["A"]
    again = extract_batch(patients.assign(mask_sha256="x"), **BATCH)
    assert again.equals(batch), "kept, not measured again"


def test_a_batch_without_any_segmentation_gives_a_table_without_rows():
    batch = extract_batch(pd.DataFrame(columns=["patient", "ct", "mask", "mask_sha256"]), **BATCH)
    assert batch.shape == (0, 4 + 104)
    assert gather([batch, batch]).shape == (0, 1 + 104)


def test_batches_are_gathered_one_by_one_as_all_at_once(tmp_path):
    values = np.random.default_rng(0).normal(size=(3, 2)).round(9)
    record = {"status": "done", "reason": "", "features.csv_sha256": "x"}
    first = pd.DataFrame({"patient": ["007", "B"], **record, "f": values[:2, 0], "g": [5, 6]})
    second = first.assign(patient=["C", "D"], status=["failed", "done"], g=values[:2, 1])
    for number, batch in enumerate([first, second, first[:0]]):
        write_csv(batch, tmp_path / f"{number}.csv")
    write_csv(gather([first, second]), tmp_path / "at_once.csv")
    write_gathered([tmp_path / f"{number}.csv" for number in range(3)], tmp_path / "one_by_one.csv")
    text = (tmp_path / "one_by_one.csv").read_text()
    assert text == (tmp_path / "at_once.csv").read_text()
    assert [line.split(",")[0] for line in text.split()] == ["patient", "007", "B", "D"]


def test_batches_of_other_features_are_not_put_together(tmp_path):
    for name in "fg":
        table = pd.DataFrame({"patient": ["A"], "status": ["done"], name: [1.5]})
        write_csv(table, tmp_path / f"{name}.csv")
    with pytest.raises(ValueError, match="do not have the same features"):
        write_gathered([tmp_path / "f.csv", tmp_path / "g.csv"], tmp_path / "all.csv")
    assert not (tmp_path / "all.csv").exists()


def test_only_training_patients_are_the_reference_of_the_pages():
    splits = ["training", "test", None]
    cohort = pd.DataFrame({"patient": ["a", "b", "c"], "diagnosis": "normal", "split": splits})
    features = pd.DataFrame({"patient": ["a", "b", "c"], "f": [1.0, 2.0, 3.0], "g": 0.0})
    reference = training_reference(features, cohort, ["f"])
    assert reference.to_dict("list") == {"diagnosis": ["normal"], "f": [1.0]}


def test_only_patients_with_a_segmentation_are_measured():
    femurs = pd.DataFrame(
        {"patient": ["A", "B"], "status": ["failed", "done"], "femur.nii.gz_sha256": [None, "f0"]}
    )
    cohort = pd.DataFrame({"patient": ["A", "B", "C"], "ct": ["a", "b", "c"]})
    patients = segmented_patients(femurs, cohort)
    mask = "results/patients/B/femur.nii.gz"
    expected = {"patient": "B", "ct": "b", "mask": mask, "mask_sha256": "f0"}
    assert patients.to_dict("records") == [expected]
    assert segmented_patients(femurs[:1], cohort).empty


def test_manual_masks_are_those_of_test_patients(tmp_path):
    mask = tmp_path / "mask.nii.gz"
    mask.write_text("a mask")
    cohort = pd.DataFrame({"patient": ["A", "B", "C"], "ct": "ct", "split": "test", "mask": mask})
    cohort.loc[1, "split"] = "training"
    cohort.loc[2, "mask"] = None
    assert list(manually_segmented_patients(cohort)["patient"]) == ["A"]


def test_a_manual_mask_that_was_rejected_is_not_there_and_stops_nobody(tmp_path):
    gone = str(tmp_path / "mask.nii.gz")
    cohort = pd.DataFrame({"patient": ["A"], "ct": "ct", "split": "test", "mask": gone})
    assert list(manually_segmented_patients(cohort)["mask_sha256"]) == [""]


def test_every_name_reads_in_three_parts():
    names = [readable(name) for name in feature_names(SETTINGS, total=1184)]
    assert len(set(names)) == 1184
    assert all(name.count(" | ") == 2 for name in names)
