"""Shape and density of the phantoms' femora, and the simulated QCT that measures them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.ndimage import gaussian_filter1d

from hipphantom import qct
from hipphantom.anatomy import draw_body, draw_hips
from hipphantom.femur import build_femur, lesser_trochanter_mm, neck_axis
from hipphantom.geometry import Grid, Refiner, occupancy, round_cone, smooth_noise
from hipphantom.labels import draw_second_reader, half_maximum_surface
from hipphantom.mineral import mineralise
from hipphantom.pathology import Pathology
from hipphantom.randomness import generator
from hipphantom.scene import plan_scan

FILE = Path(__file__).parents[3] / "config" / "phantom.yaml"
PHANTOM = yaml.safe_load(FILE.read_text())["phantom"]
DENSITY = PHANTOM["density"]
FIELD = PHANTOM["scan"]["field"] | {"spacing_mm": [1.2, 1.2, 1.25]}
PERSON = {"sex": "F", "age": 68.0, "size": 0.0, "target_t": -1.2}


def drawn(**changes):
    """A left hip, its femur and its voxels; the same but for what is changed."""
    rng = generator(7, "test")
    body = draw_body(rng, PERSON, **PHANTOM["anatomy"]["body"])
    hips = draw_hips(rng, PERSON, body, **PHANTOM["anatomy"]["hip"])
    hips["left"] = replace(hips["left"], **changes)
    grid = plan_scan(body, hips, **FIELD)
    femur = build_femur(generator(7, "femur"), grid, hips["left"], "left", Pathology())
    return hips["left"], femur, grid


def densities(hip, femur, grid, scale=1.0):
    bone = mineralise(generator(7, "bone"), femur, grid.crop(femur.window), hip)
    volume = float(np.prod(grid.spacing_mm))
    parts = qct.project(bone, femur, hip, volume)
    return {region: c + scale * t for region, (c, t) in parts.items()}, bone


@pytest.fixture(scope="module")
def left():
    return drawn()


def test_neck_makes_the_drawn_angles_with_shaft_and_frontal_plane(left):
    hip = left[0]
    axis = neck_axis(hip)
    assert np.linalg.norm(axis) == pytest.approx(1)
    assert np.rad2deg(np.arccos(-axis[2])) == pytest.approx(hip.neck_shaft_deg)
    assert np.rad2deg(np.arctan2(axis[1], axis[0])) % 180 == pytest.approx(
        hip.anteversion_deg % 180
    )


def test_head_is_a_sphere_of_the_drawn_diameter(left):
    hip, femur, grid = left
    z, y, x = grid.crop(femur.window).axes()
    toward_head = (x < hip.centre_mm[2]) & (z > hip.centre_mm[0])  # off the neck
    away = np.sqrt(sum((a - c) ** 2 for a, c in zip((z, y, x), hip.centre_mm, strict=True)))
    edge = away[toward_head & (np.abs(femur.distance) < 0.5)]
    assert np.median(edge) == pytest.approx(hip.head_radius_mm, abs=1.0)


def test_proximal_femur_has_the_volume_of_real_ones(left):
    _, femur, grid = left
    slices = slice(femur.trochanter_slice - femur.window[0].start, None)
    volume_cm3 = (femur.distance[slices] < 0).sum() * np.prod(grid.spacing_mm) / 1000
    assert 60 < volume_cm3 < 160


def test_mask_ends_at_the_lower_edge_of_the_lesser_trochanter(left):
    hip, femur, grid = left
    height = grid.origin_mm[0] + grid.spacing_mm[0] * femur.trochanter_slice
    assert height == pytest.approx(lesser_trochanter_mm(hip), abs=4)
    assert 50 < hip.centre_mm[0] - height < 85
    first = femur.trochanter_slice - femur.window[0].start
    posterior = [
        femur.frame[1][level][femur.distance[level] < 0].max() for level in (first - 6, first + 6)
    ]
    assert posterior[1] > posterior[0] + 1.5  # the trochanter stands out above, not below


def test_shaft_continues_below_the_mask(left):
    _, femur, _ = left
    assert (
        (femur.distance[: femur.trochanter_slice - femur.window[0].start] < 0)
        .any(axis=(1, 2))
        .all()
    )


def test_thicker_cortex_raises_every_t_score(left):
    hip, femur, grid = left
    thin, _ = densities(hip, femur, grid)
    thick, _ = densities(replace(hip, cortex_factor=1.25 * hip.cortex_factor), femur, grid)
    assert all(thick[region] > thin[region] for region in qct.REGIONS)


def test_denser_trabeculae_raise_every_t_score(left):
    sparse, _ = densities(*left, scale=0.8)
    dense, _ = densities(*left, scale=1.2)
    assert all(dense[region] > sparse[region] for region in qct.REGIONS)


def test_marrow_leaves_the_t_score_alone_but_not_the_ct_numbers(left):
    hip, femur, grid = left
    fatty, bone = densities(hip, femur, grid)
    red, other = densities(replace(hip, red_marrow=hip.red_marrow + 0.2), femur, grid)
    assert fatty == red
    assert other.marrow_hu.mean() > bone.marrow_hu.mean() + 5


def test_neck_cortex_is_thicker_below_than_above(left):
    hip, femur, grid = left
    _, bone = densities(hip, femur, grid)
    along, across = (axis / hip.scale for axis in femur.neck)
    middle = (along > 18) & (along < 26)
    below, above = (bone.cortex[middle & part].sum() for part in (across < -9, across > 9))
    assert below > 1.5 * above


def test_head_is_denser_than_the_greater_trochanter(left):
    hip, femur, grid = left
    _, bone = densities(hip, femur, grid)
    lateral, _, height = (axis / hip.scale for axis in femur.frame)
    inside = femur.distance < -5
    head = bone.trabecular_mg_cc[inside & (femur.head < -4)].mean()
    greater = bone.trabecular_mg_cc[inside & (lateral > 8) & (height > 8)].mean()
    assert head > 1.8 * greater


def test_t_score_of_a_known_slab_is_that_of_its_areal_density():
    depth, height, width = np.mgrid[0:25, 0:30, 0:30].astype(float)
    mean, spread = DENSITY["reference"]["total_hip"]
    wanted = mean - 2.5 * spread
    slab = np.full(depth.shape, wanted / 2.5 * 1000)  # 2.5 cm deep, mg/cc
    found = qct.areal_density(slab, slab > 0, (height, width), 1.0)
    assert found == pytest.approx(wanted)
    rows = qct.measure(
        generator(1, "slab"),
        {region: (found, 0.0) for region in qct.REGIONS},
        1.0,
        reference=DENSITY["reference"],
        precision_g_cm2=dict.fromkeys(qct.REGIONS, 0.0),
    )
    assert {row["region"]: row["t_score"] for row in rows}["total_hip"] == -2.5


def test_precision_error_is_the_published_one():
    rng = generator(1, "precision")
    exact = {region: (0.7, 0.0) for region in qct.REGIONS}
    settings = {name: DENSITY[name] for name in ("reference", "precision_g_cm2")}
    measured = [
        row["bmd_g_cm2"]
        for _ in range(800)
        for row in qct.measure(rng, exact, 1.0, **settings)
        if row["region"] == "femoral_neck"
    ]
    assert np.mean(measured) == pytest.approx(0.7, abs=0.004)
    assert np.std(measured) == pytest.approx(DENSITY["precision_g_cm2"]["femoral_neck"], rel=0.1)


def test_trabecular_scale_brings_the_lower_t_score_to_the_target():
    parts = {"femoral_neck": (0.35, 0.20), "total_hip": (0.45, 0.20)}
    scale = qct.trabecular_scale(parts, -1.5, reference=DENSITY["reference"])
    scores = [
        (c + scale * t - DENSITY["reference"][region][0]) / DENSITY["reference"][region][1]
        for region, (c, t) in parts.items()
    ]
    assert min(scores) == pytest.approx(-1.5)


def test_second_reader_agrees_as_in_the_paper(left):
    hip, femur, grid = left
    part = grid.crop(femur.window)
    above = np.arange(femur.window[0].start, femur.window[0].stop) >= femur.trochanter_slice
    above = above[:, None, None]
    first = (femur.distance < 0) & above
    for number in range(4):
        rng = generator(number, "reader")
        second = draw_second_reader(rng, part, femur.distance, above, dice=0.989, dice_sd=0.002)
        dice = 2 * (first & second).sum() / (first.sum() + second.sum())
        assert 0.983 < dice < 0.995
        assert not second[: np.argmax(above)].any()


@pytest.mark.parametrize("cortex_mm", [0.3, 0.8, 2.0, 6.0])
def test_mask_ends_at_half_the_height_of_a_blurred_cortex(cortex_mm):
    depth = np.arange(-20, 20, 0.01)
    cortex = ((depth < 0) & (depth > -cortex_mm)).astype(float)
    profile = gaussian_filter1d(cortex, 0.7 / 0.01)
    seen_at = depth[np.flatnonzero(profile > profile.max() / 2)[-1]]
    seen = half_maximum_surface(depth, np.full(depth.shape, cortex_mm), 0.7)
    assert depth[np.flatnonzero(seen < 0)[-1]] == pytest.approx(seen_at, abs=0.03)


def test_mask_without_a_point_spread_ends_at_the_surface_itself(left):
    _, femur, _ = left
    assert half_maximum_surface(femur.distance, np.ones_like(femur.distance), 0) is femur.distance


def test_rod_of_one_radius_is_a_capsule():
    points = (np.array([0.0, 0.0, 0.0]), np.array([0.0, 4.0, 0.0]), np.array([5.0, 5.0, 14.0]))
    distance = round_cone(points, (0, 0, 0), (0, 0, 10), radii=(3, 3))
    assert distance == pytest.approx([-3, 1, 1])


def test_voxel_on_a_flat_surface_is_half_full():
    assert occupancy(np.array([-2.0, 0.0, 0.25, 2.0]), 1.0) == pytest.approx([1, 0.5, 0.25, 0])


def test_refining_a_linear_field_is_exact():
    fine = Grid((0.0, 0.0, 0.0), (1.0, 0.8, 0.8), (9, 11, 13))
    coarse = fine.coarser((3.0, 2.0, 2.0))
    z, y, x = coarse.axes()
    field = 2 * z - y + 0.5 * x
    z, y, x = fine.axes()
    assert Refiner(coarse, fine).volume(field) == pytest.approx(2 * z - y + 0.5 * x, abs=1e-4)


def test_smooth_noise_has_unit_spread_and_its_wavelength():
    grid = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (60, 60, 60))
    noise = smooth_noise(generator(2, "noise"), grid, 8.0)
    assert noise.std() == pytest.approx(1, abs=0.2)
    near, far = (np.corrcoef(noise[:-n].ravel(), noise[n:].ravel())[0, 1] for n in (1, 10))
    assert near > 0.8 and abs(far) < 0.2
