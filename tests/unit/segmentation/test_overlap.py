import numpy as np
import pandas as pd
import pytest

from osteoct.segmentation.comparison import (
    COLUMNS,
    choose_sample,
    compare_side,
    patients_to_compare,
)
from osteoct.segmentation.overlap import (
    compare,
    dice,
    hausdorff_95_mm,
    surface_dice,
    surface_distances_mm,
    volumes,
)
from osteoct.segmentation.table import list_cases, of_cohorts, tabulate, tabulate_values

SPACING_MM = (2.0, 1.0, 1.0)  # z, y, x
LIMITS = {"surface_tolerance_mm": 1, "min_dice": 0.5}


@pytest.fixture
def cube():
    """A mask of 4 × 4 × 4 voxels in a grid of 12 × 12 × 12."""
    mask = np.zeros((12, 12, 12), bool)
    mask[2:6, 4:8, 4:8] = True
    return mask


def shifted(mask, voxels, axis):
    return np.roll(mask, voxels, axis=axis)


def test_identical_masks_have_dice_one(cube):
    assert dice(cube, cube) == 1


def test_losing_one_of_four_slices_costs_a_seventh(cube):
    shorter = cube.copy()
    shorter[2] = False
    assert dice(shorter, cube) == pytest.approx(2 * 48 / (48 + 64))


def test_two_empty_masks_have_no_dice(cube):
    assert np.isnan(dice(cube & False, cube & False))


def test_masks_on_different_grids_are_refused(cube):
    with pytest.raises(ValueError, match="different grids"):
        dice(cube[1:], cube)


def test_volume_difference_is_reference_minus_automatic(cube):
    shorter = cube.copy()
    shorter[2] = False
    measured = volumes(shorter, cube, spacing_mm=SPACING_MM)
    assert measured["reference_cm3"] == pytest.approx(64 * 2 / 1000)
    assert measured["vd_cm3"] == pytest.approx(16 * 2 / 1000)
    assert measured["relative_vd_percent"] == pytest.approx(25)


def test_mask_that_is_too_large_has_a_negative_volume_difference(cube):
    measured = volumes(cube | shifted(cube, 1, 0), cube, spacing_mm=SPACING_MM)
    assert measured["vd_cm3"] == pytest.approx(-16 * 2 / 1000)
    assert measured["absolute_vd_cm3"] == pytest.approx(16 * 2 / 1000)


@pytest.mark.parametrize("axis, voxels, expected_mm", [(0, 1, 2.0), (1, 1, 1.0), (2, 3, 3.0)])
def test_hd95_of_a_shifted_cube_is_the_shift(cube, axis, voxels, expected_mm):
    distances = surface_distances_mm(shifted(cube, voxels, axis), cube, spacing_mm=SPACING_MM)
    assert hausdorff_95_mm(*distances) == pytest.approx(expected_mm)


def test_surface_dice_counts_the_surface_within_tolerance(cube):
    distances = surface_distances_mm(shifted(cube, 1, 2), cube, spacing_mm=SPACING_MM)
    assert surface_dice(*distances, tolerance_mm=1) == 1
    assert surface_dice(*distances, tolerance_mm=0.5) < 1


def test_absent_mask_has_dice_zero_and_no_surface(cube):
    measured = compare(cube & False, cube, spacing_mm=SPACING_MM, surface_tolerance_mm=1)
    assert measured["dice"] == 0
    assert measured["components"] == 0
    assert np.isnan(measured["hd95_mm"])


def test_components_of_a_mask_are_counted(cube):
    two = cube | shifted(cube, 5, 0)
    assert compare(two, cube, spacing_mm=SPACING_MM, surface_tolerance_mm=1)["components"] == 2


def test_good_mask_is_no_failure(cube):
    labels = 2 * cube.astype(np.uint8)
    assert compare_side(labels, labels, "left", spacing_mm=SPACING_MM, **LIMITS)["failure"] == ""


def test_mask_on_the_wrong_side_says_so(cube):
    measured = compare_side(1 * cube, 2 * cube, "left", spacing_mm=SPACING_MM, **LIMITS)
    assert measured["dice"] == 0
    assert measured["failure"] == "wrong side"


def test_absent_mask_says_so(cube):
    measured = compare_side(0 * cube, 2 * cube, "left", spacing_mm=SPACING_MM, **LIMITS)
    assert measured["failure"] == "no mask"


def test_poor_mask_names_the_limit(cube):
    poor = 2 * shifted(cube, 3, 1)
    measured = compare_side(poor, 2 * cube, "left", spacing_mm=SPACING_MM, **LIMITS)
    assert measured["failure"] == "Dice below 0.5"


@pytest.fixture
def overlap():
    """Two validation and two test patients; one test femur was not found."""
    values = {"vd_cm3": 0.5, "absolute_vd_cm3": 0.5, "relative_vd_percent": 0.5}
    rows = [
        ("V1", "validation", 0.96, ""),
        ("V2", "validation", 0.98, ""),
        ("T1", "test", 0.97, ""),
        ("T2", "test", 0.0, "no mask"),
    ]
    return pd.DataFrame(
        {
            "patient": patient,
            "split": split,
            "side": "left",
            "dice": value,
            "failure": failure,
            "hd95_mm": np.nan if failure else 1.0,
            "surface_dice": np.nan if failure else 0.9,
            "qc": "fail" if failure else "pass",
            "readers_dice": np.nan,
            **values,
        }
        for patient, split, value, failure in rows
    )


def test_table_keeps_failed_patients_in_the_mean(overlap):
    test = tabulate(overlap, side="left", source="trained").set_index("Cohort").loc["Test"]
    assert test["n"] == "2"
    assert test["Dice, mean ± SD"].startswith("0.485 ±")
    assert test["Failures"] == "1"
    assert test["Pass, review, fail"] == "1, 0, 1"
    assert test["Worst (patient)"] == "0.000 (T2)"


def test_table_says_where_the_masks_come_from(overlap):
    notes = tabulate(overlap, side="left", source="masks")["Cohort"][3:]
    assert len(notes) == 1
    assert "made elsewhere" in notes.item()


def test_without_manual_masks_nothing_is_counted(tmp_path):
    pd.DataFrame(columns=COLUMNS).to_csv(tmp_path / "overlap.csv", index=False)
    cohort = pd.DataFrame({"patient": ["A"], "split": ["test"]})
    none = of_cohorts([tmp_path / "overlap.csv"], cohort)
    table = tabulate(none, side="left", source="pretrained").set_index("Cohort")
    assert (table.iloc[:2] == "–").all(axis=None)
    assert table.index[-1].startswith("There are no manual masks")
    values = tabulate_values(none, side="left")
    assert (values["n"] == 0).all()
    assert values.drop(columns=["cohort", "femora", "measure", "n"]).isna().all(axis=None)
    assert list_cases(none, worst_cases=3).empty


def test_values_behind_the_table_count_failures(overlap):
    values = tabulate_values(overlap, side="left")
    row = values.query("cohort == 'test' and femora == 'studied' and measure == 'hd95_mm'")
    assert row["n"].item() == 1
    assert row["failures"].item() == 1


def test_listed_cases_hold_every_failure_and_the_worst_of_each_cohort(overlap):
    assert list(list_cases(overlap, worst_cases=1)["patient"]) == ["T2", "V1"]
    assert list(list_cases(overlap, worst_cases=0)["patient"]) == ["T2"]


def cohort_of_ten():
    names = [f"S{number:02d}" for number in range(10)]
    second = ["reader2" if number < 6 else "" for number in range(10)]
    return pd.DataFrame(
        {"patient": names, "split": "training", "mask": "reader1", "mask_reader2": second}
    )


def test_reader_sample_is_capped_at_those_with_two_masks():
    assert choose_sample(cohort_of_ten(), patients=100, seed=1) == [f"S{n:02d}" for n in range(6)]


def test_reader_sample_is_random_but_repeatable():
    samples = [choose_sample(cohort_of_ten(), patients=3, seed=seed) for seed in (1, 1, 2)]
    assert samples[0] == samples[1]
    assert len(samples[2]) == 3


def test_reader_sample_leaves_out_validation_and_test():
    cohort = cohort_of_ten().assign(split="test")
    assert choose_sample(cohort, patients=3, seed=1) == []


def test_a_readers_mask_exchanged_under_its_name_is_compared_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    femurs = pd.DataFrame({"patient": ["A"], "left_qc": "pass"})
    mask = tmp_path / "mask.nii.gz"
    cohort = pd.DataFrame(
        {"patient": ["A"], "ct": "ct.nii.gz", "mask": str(mask), "mask_reader2": ""}
    )
    mask.write_text("first reading")
    before = patients_to_compare(femurs, cohort, sample=["A"])
    mask.write_text("second thoughts")
    after = patients_to_compare(femurs, cohort, sample=["A"])
    assert list(before.columns[(before != after).any()]) == ["mask_sha256"]
