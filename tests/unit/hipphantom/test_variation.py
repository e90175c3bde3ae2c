"""Phantoms beyond the published spreads, and the anatomy that only those have."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from hipphantom import pelvis
from hipphantom.anatomy import draw_body, draw_hips, vary
from hipphantom.femur import build_femur
from hipphantom.mineral import mineralise
from hipphantom.pathology import Pathology
from hipphantom.randomness import generator
from hipphantom.scene import plan_scan

FOLDER = Path(__file__).parents[3] / "config"
PHANTOM = yaml.safe_load((FOLDER / "phantom.yaml").read_text())["phantom"]
WIDE = yaml.safe_load((FOLDER / "weights.yaml").read_text())["phantom"]["anatomy"]["variation"]
FIELD = PHANTOM["scan"]["field"] | {"spacing_mm": [1.5, 1.5, 1.5]}
PERSON = {"sex": "M", "age": 60.0, "size": 0.0, "target_t": -0.5}


def patient():
    rng = generator(3, "variation")
    body = draw_body(rng, PERSON, **PHANTOM["anatomy"]["body"])
    return body, draw_hips(rng, PERSON, body, **PHANTOM["anatomy"]["hip"])


def left_femur(**changes):
    """A left hip with some changes, and its femur on a grid that does not change with them."""
    body, hips = patient()
    grid = plan_scan(body, hips, **FIELD)
    hip = replace(hips["left"], **changes)
    return hip, build_femur(generator(3, "femur"), grid, hip, "left", Pathology()), grid


def test_study_of_published_anatomy_varies_nothing():
    body, hips = patient()
    settings = PHANTOM["anatomy"]["variation"]
    assert vary(generator(1, "body"), body, **settings["body"]) == body
    assert vary(generator(1, "hip"), hips["left"], **settings["hip"]) == hips["left"]


@pytest.mark.parametrize("kind", ["body", "hip"])
def test_wide_phantoms_stay_within_the_configured_ranges(kind):
    body, hips = patient()
    before = asdict(body if kind == "body" else hips["left"])
    for number in range(50):
        drawn = body if kind == "body" else hips["left"]
        after = asdict(vary(generator(number, kind), drawn, **WIDE[kind]))
        for name, (low, high) in WIDE[kind]["added"].items():
            assert low <= after[name] - before[name] + 1e-9 and after[name] - before[name] <= high
        for name, (low, high) in WIDE[kind]["multiplied"].items():
            assert low - 1e-9 <= after[name] / before[name] <= high + 1e-9


def test_long_lesser_trochanter_lowers_the_end_of_the_mask():
    short, long = (left_femur(lesser_trochanter_stretch=stretch)[1] for stretch in (1.0, 1.8))
    assert 3 <= 1.5 * (short.trochanter_slice - long.trochanter_slice) <= 15


def test_calcar_is_mineral_inside_the_bone_under_the_lesser_trochanter():
    hip, femur, grid = left_femur(calcar_mg_cc=600.0)
    part = grid.crop(femur.window)
    with_plate = mineralise(generator(3, "bone"), femur, part, hip)
    without = mineralise(generator(3, "bone"), femur, part, replace(hip, calcar_mg_cc=0.0))
    more = with_plate.cortical_mg_cc - without.cortical_mg_cc
    assert more.max() > 150
    plate = more > 50
    assert (femur.distance[plate] < 0).all()
    assert (femur.frame[1][plate] > 0).mean() > 0.9  # behind the shaft's axis
    assert abs(np.median(femur.frame[2][plate]) / hip.scale + 24) < 10


def test_osteophytes_add_bone_only_at_the_border_of_the_head():
    smooth, rough = (left_femur(osteophyte_mm=height)[1] for height in (0.0, 2.0))
    new = (rough.distance < 0) & (smooth.distance >= 0)
    hip = left_femur()[0]
    along = rough.neck[0][new] - (hip.neck_length_mm - 0.6 * hip.head_radius_mm)
    assert new.any()
    assert not ((rough.distance >= 0) & (smooth.distance < 0)).any()
    assert np.percentile(np.abs(along), 95) < 8


def test_socket_that_covers_more_and_has_thicker_walls_is_larger():
    body, hips = patient()
    grid = plan_scan(body, hips, **FIELD).coarser((4.0, 3.0, 3.0))

    def volume(**changes):
        hip = replace(hips["left"], **changes)
        return (pelvis.hip_bone(generator(3, "pelvis"), grid, hip, body, "left") < 0).sum()

    assert volume(acetabular_wall_mm=3.0) > volume()
    assert volume(acetabular_coverage=0.3) > volume()


def test_tilting_turns_the_pelvis_about_the_hips_and_keeps_lengths():
    points = (np.array([1.0]), np.array([2.0]), np.array([30.0]))
    lateral, posterior, superior = pelvis.tilted(points, 90.0)
    assert (lateral[0], posterior[0], superior[0]) == pytest.approx((1, -30, 2), abs=1e-4)
    for axis, same in zip(pelvis.tilted(points, 0.0), points, strict=True):
        assert (axis == same).all()
