import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from ctio import LEFT, RIGHT, resample, write_image
from osteoct import batches
from osteoct.segmentation.cascade import (
    above,
    box_around,
    distance_mm,
    lower_end_mm,
    segment,
    within_reach,
)
from osteoct.segmentation.femurs import (
    by_networks,
    from_files,
    patients_to_import,
    patients_to_segment,
    segment_patients,
)
from osteoct.segmentation.regions import (
    as_left,
    at_spacing,
    continued,
    interpolation_matrix,
    largest_component,
    normalised,
    padded,
)

SETTINGS = {
    "femur_cm3": [5, 400],
    "roi_margin_mm": 6,
    "find": {"min_apart_mm": 80, "min_offset_mm": 5},
    "reach": {
        "around_mm": 6,
        "below_mm": 2,
        "search_mm": 25,
        "shaft_mm": [3, 20],
        "protrusion": {"within_mm": 12, "for_mm": 4},
    },
}


def image(array, spacing_mm):
    picture = sitk.GetImageFromArray(array)
    picture.SetSpacing(spacing_mm)
    picture.SetOrigin((-100.0, -30.0, 10.0))
    return picture


@pytest.fixture
def hips():
    """A CT of two mirrored femora, 1000 HU in 0 HU, and their label map."""
    labels = np.zeros((50, 30, 125), np.uint8)
    labels[5:40, 10:20, 95:105] = LEFT
    labels[33:45, 8:22, 75:103] = LEFT
    labels[:, :, :62] = labels[:, :, :-63:-1] // LEFT * RIGHT
    spacing_mm = (1.6, 1.6, 2.0)
    return image(1000 * (labels > 0).astype(np.int16), spacing_mm), image(labels, spacing_mm)


class Threshold:
    """Stands in for a network: bone is femur."""

    def __init__(self, spacing_mm):
        self.spacing_mm = spacing_mm
        self.sides = []

    def probability(self, seen, *, side=LEFT, continue_outside=False):
        self.sides.append(side)
        return sitk.Cast(seen > 500, sitk.sitkFloat32)


def dice(one, other):
    return 2 * (one & other).sum() / (one.sum() + other.sum())


def test_femora_are_segmented_and_their_sides_named(hips):
    ct, labels = hips
    networks = {"coarse": Threshold(3), "fine": Threshold(1)}
    fine, coarse, outside, trochanter_mm = segment(ct, networks, **SETTINGS)
    found, truth = sitk.GetArrayFromImage(fine), sitk.GetArrayFromImage(labels)
    assert fine.GetSize() == ct.GetSize()
    assert fine.GetOrigin() == ct.GetOrigin()
    assert dice(found == LEFT, truth == LEFT) > 0.95
    assert dice(found == RIGHT, truth == RIGHT) > 0.95
    assert dice(sitk.GetArrayFromImage(coarse) == LEFT, truth == LEFT) > 0.7
    assert sorted(networks["fine"].sides) == [RIGHT, LEFT]
    assert outside == {RIGHT: 0, LEFT: 0}


def test_image_without_a_femur_gives_empty_masks(hips):
    ct, _ = hips
    networks = {"coarse": Threshold(3), "fine": Threshold(1)}
    fine, coarse, *_ = segment(ct * 0, networks, **SETTINGS)
    assert not sitk.GetArrayFromImage(fine).any()
    assert not sitk.GetArrayFromImage(coarse).any()


def test_image_of_one_hip_gives_one_femur(hips):
    ct, labels = hips
    networks = {"coarse": Threshold(3), "fine": Threshold(1)}
    fine = segment(ct[62:, :, :], networks, **SETTINGS).fine
    assert set(np.unique(sitk.GetArrayFromImage(fine))) == {0, LEFT}


def test_patient_whose_studied_femur_failed_keeps_the_qc_metrics(hips, tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "PATIENTS", tmp_path)
    write_image(hips[0][:62, :, :], tmp_path / "ct.nii.gz")
    table = segment_patients(
        pd.DataFrame({"patient": ["A"], "ct": [str(tmp_path / "ct.nii.gz")]}),
        by_networks({"coarse": Threshold(3), "fine": Threshold(1)}),
        studied_side="left",
        qc={},
        key="same",
    )
    patient = table.iloc[0]
    assert patient["status"] == "failed"
    assert patient["reason"].startswith("The left femur failed. The left femur was not found; the")
    assert patient["left_qc"] == "fail"
    voxels = (sitk.GetArrayFromImage(hips[1]) == RIGHT).sum()
    assert patient["right_cm3"] == pytest.approx(voxels * 1.6 * 1.6 * 2 / 1000, rel=0.05)
    assert (tmp_path / "A" / "femur.nii.gz").exists()


def import_masks(hips, tmp_path, monkeypatch):
    """The table of a patient whose mask was made elsewhere, and of one who has none."""
    monkeypatch.setattr(batches, "PATIENTS", tmp_path)
    ct, labels = hips
    write_image(ct, tmp_path / "ct.nii.gz")
    write_image(sitk.DICOMOrient(labels, "RAS"), tmp_path / "mask.nii.gz")
    cohort = pd.DataFrame(
        {"patient": ["A", "B"], "status": "included", "ct": str(tmp_path / "ct.nii.gz")}
    )
    images = pd.DataFrame({"patient": ["A", "B"], "status": "done", "ct_sha256": "1"})
    images["automatic_mask"] = [str(tmp_path / "mask.nii.gz"), ""]
    rows = patients_to_import(cohort, images)
    return segment_patients(rows, from_files, studied_side="left", qc={}, key="same")


def test_masks_made_elsewhere_are_put_on_the_ct_and_checked(hips, tmp_path, monkeypatch):
    table = import_masks(hips, tmp_path, monkeypatch)
    femur = sitk.ReadImage(str(tmp_path / "A" / "femur.nii.gz"))
    assert (sitk.GetArrayFromImage(femur) == sitk.GetArrayFromImage(hips[1])).all()
    assert not (tmp_path / "A" / "coarse.nii.gz").exists()
    assert {"left_qc", "left_cm3", "left_trochanter_mm"} <= set(table.columns)
    assert table["left_coarse_dice"].isna().all()
    assert table["reason"][1].startswith("The participants table names no automatic mask.")


def test_mask_made_elsewhere_that_reaches_the_border_fails(hips, tmp_path, monkeypatch):
    ct, labels = hips
    cut = ct[:, :, 10:], labels[:, :, 10:]
    table = import_masks(cut, tmp_path, monkeypatch)
    assert table["left_qc"][0] == "fail"
    assert "its lower end is not in the CT" in table["left_qc_reasons"][0]


def test_voxels_outside_of_the_largest_component_are_counted(hips):
    ct, _ = hips
    hu = sitk.GetArrayFromImage(ct)
    hu[33:36, 3:6, 80:100] = 1000  # beside the neck, not connected
    networks = {"coarse": Threshold(3), "fine": Threshold(1)}
    found = segment(image(hu, ct.GetSpacing()), networks, **SETTINGS)
    assert 0 < found.fraction_outside_largest[LEFT] < 0.1
    assert found.fraction_outside_largest[RIGHT] == 0


def test_mask_ends_where_the_ct_shows_the_trochanter_not_where_the_coarse_mask_ends(hips):
    hu = sitk.GetArrayFromImage(hips[0])
    hu[12:20, 10:20, 91:95] = 1000  # medial of the left femur's shaft, from plane 12 up
    networks = {"coarse": Threshold(3), "fine": Threshold(1)}
    found = segment(image(hu, hips[0].GetSpacing()), networks, **SETTINGS)
    lowest = {
        side: int((sitk.GetArrayFromImage(found.fine) == side).any(axis=(1, 2)).argmax())
        for side in (RIGHT, LEFT)
    }
    assert lowest[LEFT] == pytest.approx(12, abs=1)
    assert lowest[RIGHT] == pytest.approx(5, abs=1)  # even: the coarse mask decides
    assert found.trochanter_mm[LEFT] == pytest.approx(14, abs=3)
    assert np.isnan(found.trochanter_mm[RIGHT])


def test_femur_may_reach_below_a_coarse_mask_that_ends_too_high():
    mask = np.zeros((30, 20, 20), np.uint8)
    mask[12:25, 5:15, 5:15] = 1
    femur = image(mask, (3.0, 3.0, 3.0))
    part = image(np.full((90, 60, 60), 40, np.int16), (1.0, 1.0, 1.0))
    settings = SETTINGS["reach"] | {"below_mm": 9}
    reach, trochanter_mm = within_reach(distance_mm(femur, part), femur, part, LEFT, **settings)
    planes = np.flatnonzero(reach.any(axis=(1, 2)))
    assert planes[0] == pytest.approx(36 - 9, abs=2)
    assert reach[planes[0]].sum() > reach[45].sum()  # the shaft goes on, and may lean
    assert np.isnan(trochanter_mm)


def test_box_around_a_femur_holds_it_and_its_margin(hips):
    ct, labels = hips
    coarse = resample(labels == LEFT, spacing_mm=[3] * 3, interpolator="nearest", background=0)
    z, y, x = box_around(coarse, ct, margin_mm=9, below_mm=4)
    outside = sitk.GetArrayFromImage(labels) == LEFT
    outside[z, y, x] = False
    assert not outside.any()
    assert x.stop <= 125
    assert x.start * 1.6 < 75 * 1.6 - 5


def test_lower_end_of_a_femur_is_below_its_lowest_full_plane():
    mask = np.zeros((30, 20, 20), np.uint8)
    mask[6:25, 5:15, 5:15] = 1
    mask[4:6, 5:8, 5:8] = 1  # a crumb under it
    femur = image(mask, (3.0, 3.0, 3.0))
    assert lower_end_mm(femur) == pytest.approx(10 + (6 - 0.5) * 3)
    assert above(lower_end_mm(femur), femur).ravel().tolist() == [False] * 6 + [True] * 24


def test_largest_component_leaves_the_crumbs():
    mask = np.zeros((5, 5, 5), bool)
    mask[:2], mask[4, 4, 4] = True, True
    assert largest_component(mask).sum() == 50
    assert not largest_component(mask & False).any()


def test_padding_reaches_the_next_multiple_with_zeros():
    array = np.ones((5, 8, 9), np.float32)
    seen, inner = padded(array, multiple=8)
    assert seen.shape == (8, 8, 16)
    assert seen.sum() == array.sum()
    assert (seen[inner] == array).all()


def test_image_goes_on_at_both_ends_as_it_ended():
    array = np.arange(5 * 8 * 9, dtype=np.float32).reshape(5, 8, 9)
    seen, inner = continued(array, multiple=8, margin=2)
    assert seen.shape == (16, 16, 16)
    assert all(start.start >= 2 for start in inner)
    assert all(n - end.stop >= 2 for n, end in zip(seen.shape, inner, strict=True))
    assert (seen[inner] == array).all()
    assert (seen[:, inner[1], inner[2]][0] == array[0]).all()
    assert (seen[inner[0], inner[1]][:, :, -1] == array[:, :, -1]).all()


def test_right_femur_is_mirrored_and_back():
    array = np.arange(24).reshape(2, 3, 4)
    assert (as_left(array, RIGHT)[:, :, 0] == array[:, :, -1]).all()
    assert (as_left(as_left(array, RIGHT), RIGHT) == array).all()
    assert as_left(array, LEFT) is array


def test_soft_tissue_becomes_zero_and_metal_is_clipped():
    window = {"lowest_hu": -200, "highest_hu": 1200, "centre_hu": 40, "scale_hu": 300}
    seen = normalised(np.array([40, -1000, 3000]), **window)
    assert seen == pytest.approx([0, -0.8, (1200 - 40) / 300])


def test_spline_resampling_gives_what_simpleitk_gives():
    rng = np.random.default_rng(1)
    ct = image(rng.normal(0, 300, (20, 24, 28)).astype(np.float32), (0.8, 0.8, 1.25))
    ours = at_spacing(ct, spacing_mm=1, order=3)
    theirs = resample(ct, spacing_mm=[1] * 3, interpolator="bspline", background=0)
    inside = (slice(1, -1),) * 3
    assert ours.GetOrigin() == pytest.approx(theirs.GetOrigin())
    difference = sitk.GetArrayFromImage(ours) - sitk.GetArrayFromImage(theirs)
    assert abs(difference[inside]).max() < 0.05


def test_coarse_voxels_average_the_fine_ones():
    rng = np.random.default_rng(1)
    noise = image(rng.normal(0, 100, (48, 48, 48)).astype(np.float32), (1.0, 1.0, 1.0))
    assert sitk.GetArrayFromImage(at_spacing(noise, spacing_mm=3, order=3)).std() < 100 / 27**0.45


def test_spline_gives_back_the_samples_and_polynomials():
    samples = np.arange(20.0) ** 2
    same = interpolation_matrix(20, 20, step=1, order=3)
    halves = interpolation_matrix(20, 39, step=0.5, order=3)
    assert same @ samples == pytest.approx(samples, abs=1e-3)
    middle = slice(12, 27)  # far from the mirrored ends
    assert (halves @ samples)[middle] == pytest.approx((np.arange(39) / 2)[middle] ** 2, rel=1e-3)


def test_patients_to_segment_are_in_the_study_and_readable():
    cohort = pd.DataFrame(
        {
            "patient": ["A", "B", "C", "D"],
            "status": ["included", "excluded", "unlabelled", "included"],
            "ct": ["a", "b", "c", "d"],
        }
    )
    images = pd.DataFrame(
        {
            "patient": ["A", "B", "C", "D"],
            "status": ["done", "done", "done", "failed"],
            "ct_sha256": ["1", "2", "3", "4"],
        }
    )
    assert list(patients_to_segment(cohort, images)["patient"]) == ["A", "C"]
