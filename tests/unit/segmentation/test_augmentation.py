"""What training crops are put through."""

import numpy as np
import pytest
import torch

from osteoct.segmentation.augmentation import AUGMENTATION, ThickSlices, training_transforms

KINDS = {
    "rotation": {"fraction": 1, "degrees": [20, 5, 5]},
    "elastic": {"fraction": 1, "smoothness": [0.2, 0.3], "mm": 3},
    "contrast": {"fraction": 1, "factor": [0.7, 1.3]},
    "shift": {"fraction": 1, "sd_hu": 30},
    "gamma": {"fraction": 1, "exponent": [0.7, 1.4]},
    "blur": {"fraction": 1, "sigma_mm": [0.5, 1.0]},
    "noise": {"fraction": 1, "sd_hu": [10, 50]},
    "slices": {"fraction": 1, "thickness_mm": [4, 4]},
    "field": {"fraction": 1, "depth": 0.5},
}


def crop(side=24):
    """A bony ball in muscle in fat, normalised, and its label."""
    z, y, x = np.mgrid[:side, :side, :side] - (side - 1) / 2
    square = (z**2 + y**2 + x**2)[None]
    inside = square < 64
    hu = np.where(inside, 2.0, np.where(square < 121, 0.0, -0.5)).astype(np.float32)
    return {
        "image": torch.from_numpy(hu),
        "segmentation": torch.from_numpy(inside.astype(np.int16)),
    }


def augmented(names=(), scale=(1, 1), seed=1):
    np.random.seed(seed)
    torch.manual_seed(seed)
    settings = {name: kind for name, kind in KINDS.items() if name in names}
    transforms = training_transforms(
        (24, 24, 24), scale=scale, spacing_mm=1, scale_hu=300, augmentation=settings
    )
    return transforms(**crop())


def test_nothing_happens_to_crops_that_are_not_augmented():
    after, before = augmented(), crop()
    assert all(torch.equal(after[name], before[name]) for name in before)


@pytest.mark.parametrize("name", ["contrast", "shift", "gamma", "blur", "noise", "slices"])
def test_appearance_changes_the_image_and_not_the_label(name):
    after, before = augmented([name]), crop()
    assert torch.equal(after["segmentation"], before["segmentation"])
    assert not torch.equal(after["image"], before["image"])
    assert after["image"].shape == before["image"].shape


@pytest.mark.parametrize("names, scale", [(["rotation", "elastic"], (1, 1)), ([], (0.8, 0.9))])
def test_pose_moves_image_and_label_together(names, scale):
    after = augmented(names, scale)
    bone = after["image"] > 1
    assert not torch.equal(after["segmentation"], crop()["segmentation"])
    overlap = (
        2 * (bone & (after["segmentation"] > 0)).sum() / (bone.sum() + after["segmentation"].sum())
    )
    assert overlap > 0.95


def test_same_seed_gives_the_same_crop():
    one, same, other = (augmented(list(KINDS), (0.9, 1.1), seed) for seed in (1, 1, 2))
    assert torch.equal(one["image"], same["image"])
    assert not torch.equal(one["image"], other["image"])


def test_field_of_view_cuts_image_and_label_at_the_same_planes():
    after, before = augmented(["field"]), crop()
    changed = (after["image"] != before["image"]) | (
        after["segmentation"] != before["segmentation"]
    )
    assert changed.any()
    assert (after["image"][changed] == 0).all() and (after["segmentation"][changed] == 0).all()
    kept = torch.where(after["segmentation"] > 0)
    box = tuple(slice(int(axis.min()), int(axis.max()) + 1) for axis in kept)
    assert torch.equal(after["segmentation"][box], before["segmentation"][box])


def test_noise_has_the_configured_strength():
    after, before = augmented(["noise"]), crop()
    assert 10 / 300 < (after["image"] - before["image"]).std() < 50 / 300


def test_thick_slices_are_means_over_their_thickness():
    image = torch.zeros(1, 24, 3, 4)
    image[0, 8:12] = 1.0  # exactly one slice of 4 mm
    after = ThickSlices((4, 4), 1.0)(image=image)["image"][0, :, 0, 0]
    assert after[9:11].mean() > 0.95
    assert after.sum() == pytest.approx(4, abs=0.3)
    thin = torch.zeros(1, 24, 3, 4)
    thin[0, 9] = 1.0  # a quarter of its slice
    assert ThickSlices((4, 4), 1.0)(image=thin)["image"].max() < 0.35


def test_thick_slices_are_as_likely_as_thin_ones():
    np.random.seed(1)
    transform, image = ThickSlices((1, 5), 1.0), torch.zeros(1, 24, 3, 4)
    shares = [transform.get_parameters(image=image)["scales"][0, 0] for _ in range(400)]
    assert np.mean(np.array(shares) < 1 / 3) == pytest.approx(0.5, abs=0.06)  # above 3 mm


def test_slices_thinner_than_a_voxel_change_nothing():
    image = crop()["image"]
    assert torch.allclose(ThickSlices((0.6, 1.0), 1.0)(image=image.clone())["image"], image)


def test_the_study_has_a_name_for_none_and_for_all_kinds():
    assert AUGMENTATION["none"] == {}
    assert list(AUGMENTATION["strong"]) == list(KINDS)
