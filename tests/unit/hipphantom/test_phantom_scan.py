"""Whole synthetic patients: reproducible alone, with tissues and pathology as they should be."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from hipphantom import draw_cohort, simulate

FILE = Path(__file__).parents[3] / "config" / "phantom.yaml"
PHANTOM = yaml.safe_load(FILE.read_text())["phantom"]
SEED = 2024
SETTINGS = PHANTOM | {"seed": SEED, "screened": 90}
SETTINGS["scan"]["field"]["spacing_mm"] = [1.6, 1.6, 2.5]
PEOPLE = draw_cohort(SEED, screened=SETTINGS["screened"], **PHANTOM["cohort"])


@cache
def phantom(exclusion):
    """The first synthetic patient excluded for a reason."""
    name = next(p["patient"] for p in PEOPLE if p["exclusion"] == exclusion)
    return simulate(name, **SETTINGS)


def test_patient_made_alone_is_the_patient_made_among_others():
    first = phantom("")
    simulate(PEOPLE[-1]["patient"], **SETTINGS)
    second = simulate(first.participant["patient"], **SETTINGS)
    for name in ("ct", "mask", "mask_reader2"):
        assert np.array_equal(getattr(first, name), getattr(second, name)), name
    assert (first.participant, first.qct, first.truth) == (
        second.participant,
        second.qct,
        second.truth,
    )


def test_unknown_patient_is_an_error_with_the_names_there_are():
    with pytest.raises(ValueError, match="S0001 to S0090"):
        simulate("S0091", **SETTINGS)


def test_right_and_left_are_where_they_belong():
    made = phantom("")
    middle = made.ct.shape[2] / 2
    assert np.nonzero(made.mask == 1)[2].max() < middle < np.nonzero(made.mask == 2)[2].min()


def test_tissues_have_the_ct_numbers_of_real_ones():
    settings = SETTINGS | {"scan": SETTINGS["scan"] | {"noise": _quiet()}}
    made = simulate(phantom("").participant["patient"], **settings)
    hu = made.ct[made.mask == 0]
    muscle, fat = hu[(hu > 20) & (hu < 80)], hu[(hu > -130) & (hu < -70)]
    assert np.median(fat) == pytest.approx(-102, abs=6)
    assert 38 < np.median(muscle) < 62
    assert np.median(made.ct[:, 0]) == pytest.approx(-1000, abs=5)
    femur = made.ct[made.mask == 2]
    assert 900 < np.quantile(femur, 0.99) < 1500  # real hips: about 1,200
    assert 180 < femur.mean() < 480  # real hips: 287 and 341


def _quiet():
    return {"sd_hu": 0.0, "correlation_length_mm": 0.55, "streak_fraction": 0.0}


def test_noise_has_the_set_strength_inside_the_body_and_less_in_air():
    made = phantom("")
    settings = SETTINGS | {"scan": SETTINGS["scan"] | {"noise": _quiet()}}
    clean = simulate(made.participant["patient"], **settings)
    noise = made.ct.astype(float) - clean.ct
    middle = noise[-10:, 60:100, 90:-90]  # above the hips, inside the body
    expected = SETTINGS["scan"]["noise"]["sd_hu"] * np.exp(
        SETTINGS["scan"]["noise_per_size"] * made.truth["body"]["size"]
    )
    assert middle.std() == pytest.approx(expected, rel=0.3)
    assert noise[:, 0].std() < 0.7 * middle.std()


def test_t_scores_are_those_of_the_density_map_but_for_the_precision_error():
    made = phantom("")
    exact = made.truth["hips"]["left"]["t_score"]
    assert min(exact["femoral_neck"], exact["total_hip"]) == pytest.approx(
        made.truth["person"]["target_t"], abs=1e-3
    )
    for row in made.qct:
        true = made.truth["hips"][row["side"]]["t_score"][row["region"]]
        assert row["t_score"] == pytest.approx(true, abs=1.5)
    assert len(made.qct) == 8


def test_hip_replacement_is_metal_without_mask_or_qct():
    made = phantom("hip replacement")
    sides = made.truth["pathology"]["implant"]
    labels = {1: "right", 2: "left"}
    assert made.ct.max() == 3071
    assert not {labels[int(v)] for v in np.unique(made.mask) if v} & set(sides)
    assert not {row["side"] for row in made.qct} & set(sides)


def test_broken_hip_has_no_mask_and_no_qct_but_the_other_has():
    made = phantom("hip fracture")
    (broken,) = made.truth["pathology"]["fracture"]
    assert set(np.unique(made.mask)) == {0, 1 if broken == "left" else 2}
    assert {row["side"] for row in made.qct} == {"right", "left"} - {broken}


def test_incomplete_scan_is_shorter_and_has_no_mask():
    made, whole = phantom("incomplete CT"), phantom("")
    assert len(made.ct) < 0.85 * len(whole.ct)
    assert not made.mask.any() and made.participant["mask"] == ""
    assert len(made.qct) == 8


def test_bone_metastasis_changes_the_bone_and_metastasis_elsewhere_does_not():
    assert phantom("bone metastasis").truth["pathology"]["lesions"]
    elsewhere = phantom("metastasis outside bone")
    assert not elsewhere.truth["pathology"]["lesions"]
    assert set(np.unique(elsewhere.mask)) == {0, 1, 2}


def test_another_site_scans_the_same_patient_with_its_own_scanner():
    shift = {"factor": 0.9, "offset_hu": 20}
    sites = {"north": {"weight": 1, "scan": {"calibration_shift": shift}}}
    name = phantom("").participant["patient"]
    there = simulate(name, **SETTINGS | {"cohort": SETTINGS["cohort"] | {"sites": sites}})
    here = phantom("")
    assert there.participant == here.participant | {"site": "north"}
    assert there.qct == here.qct and np.array_equal(there.mask, here.mask)
    bone = here.mask > 0
    expected = 0.9 * here.ct[bone].mean() + 20
    assert there.ct[bone].mean() == pytest.approx(expected, abs=0.5)
