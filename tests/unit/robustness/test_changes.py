"""What each change does to a scan or a mask, and to nothing else."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import yaml
from scipy.ndimage import gaussian_filter

from osteoct.features.extraction import extract, extract_moved, settings_of
from osteoct.robustness.changes import noisy, random_shift, random_turn, resized, uneven

CONFIG = Path(__file__).parents[3] / "config/config.yaml"
SETTINGS = settings_of(yaml.safe_load(CONFIG.read_text())["features"])
SETTINGS |= {"images": ["Original", "LoG"], "log_sigma_mm": [1.0]}


def image(array):
    made = sitk.GetImageFromArray(array)
    made.SetSpacing((0.83, 0.83, 1.25))
    made.SetOrigin((-103.7, -98.2, -411.3))
    return made


@pytest.fixture(scope="module")
def egg():
    """A textured egg in the middle of a scan with room around it."""
    z, y, x = np.indices((80, 100, 110))
    inside = ((z - 40) / 10) ** 2 + ((y - 50) / 14) ** 2 + ((x - 55) / 17) ** 2 < 1
    texture = gaussian_filter(np.random.default_rng(5).normal(0, 1, inside.shape), 1)
    ct = np.where(inside, 300 + 4 * z, 40) + 400 * texture
    return image(np.int16(ct)), image(np.uint8(inside))


def array(made):
    return sitk.GetArrayFromImage(made).astype(float)


def dice(one, other):
    return 2 * (array(one) * array(other)).sum() / (array(one).sum() + array(other).sum())


def test_noise_has_the_asked_deviation_near_the_femur_and_none_elsewhere(egg):
    ct, mask = egg
    added = array(noisy(ct, mask, np.random.default_rng(1), sd_hu=20)) - array(ct)
    assert added[array(mask) == 1].std() == pytest.approx(20, rel=0.03)
    assert added[array(mask) == 1].mean() == pytest.approx(0, abs=0.6)
    assert not added[:5].any()


@pytest.mark.parametrize("fraction", [-0.2, -0.1, 0.05, 0.1])
def test_volume_changes_by_its_fraction_and_evenly(egg, fraction):
    mask = array(egg[1])
    changed = array(resized(egg[1], fraction=fraction))
    assert changed.sum() / mask.sum() == pytest.approx(1 + fraction, abs=0.002)
    assert ((changed >= mask) if fraction > 0 else (changed <= mask)).all()
    middle = [np.mean(np.argwhere(part), axis=0) for part in (mask, changed)]
    assert middle[1] == pytest.approx(middle[0], abs=0.2)


def test_a_boundary_that_moves_by_nothing_stays(egg):
    still = uneven(egg[1], np.random.default_rng(1), sd_mm=1e-9)
    assert (array(still) == array(egg[1])).all()


def test_a_boundary_that_moves_farther_agrees_less(egg):
    near, far = (uneven(egg[1], np.random.default_rng(1), sd_mm=sd) for sd in (0.5, 1.5))
    assert 1 > dice(near, egg[1]) > dice(far, egg[1]) > 0.7


def test_a_shift_and_a_turn_are_as_large_as_asked_whatever_their_direction(egg):
    rng = np.random.default_rng(2)
    for _ in range(5):
        assert np.linalg.norm(random_shift(egg[1], rng, mm=0.5).GetTranslation()) == pytest.approx(
            0.5
        )
        turn = np.array(random_turn(egg[1], rng, degrees=4).GetMatrix()).reshape(3, 3)
        assert np.degrees(np.arccos((np.trace(turn) - 1) / 2)) == pytest.approx(4)


@pytest.mark.parametrize("profile", ["paper", "ibsi"])
@pytest.mark.parametrize("shift_mm", [(0.0, 0.0, 0.0), (1.0, -2.0, 1.0)])
def test_a_grid_moved_by_whole_voxels_gives_the_study_s_own_values(egg, profile, shift_mm):
    wanted = extract(*egg, **SETTINGS | {"profile": profile})
    found = extract_moved(
        *egg, sitk.TranslationTransform(3, shift_mm), **SETTINGS | {"profile": profile}
    )
    assert set(found) == set(wanted)
    assert found == pytest.approx(wanted, rel=2e-4, abs=1e-9)


def test_a_grid_moved_by_half_a_voxel_gives_somewhat_other_values(egg):
    wanted = extract(*egg, **SETTINGS)
    found = extract_moved(*egg, sitk.TranslationTransform(3, (0.5, 0.5, 0.5)), **SETTINGS)
    change = {name: abs(found[name] / wanted[name] - 1) for name in wanted}
    assert change["original_shape_MeshVolume"] < 0.03
    assert max(change.values()) > 0.05 > 0.03 > np.median(list(change.values())) > 0


def test_a_turned_ball_has_the_same_volume():
    z, y, x = np.indices((60, 90, 90))
    ball = ((z - 30) * 1.25) ** 2 + ((y - 45) * 0.83) ** 2 + ((x - 45) * 0.83) ** 2 < 15**2
    mask, ct = image(np.uint8(ball)), image(np.int16(np.where(ball, 300 + x, 0)))
    settings = SETTINGS | {"classes": ["shape"], "images": ["Original"]}
    pose = random_turn(mask, np.random.default_rng(4), degrees=30)
    volume = extract_moved(ct, mask, pose, **settings)["original_shape_VoxelVolume"]
    assert volume == pytest.approx(4 / 3 * np.pi * 15**3, rel=0.01)
