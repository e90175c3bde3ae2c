"""Augmentation of training crops, for CTs of other scanners and protocols.

nnU-Net's own transforms (batchgeneratorsv2), in the order in which a scan comes about: the
patient's pose and shape, CT numbers, the reconstruction's sharpness and noise, thick slices, and
the field of view.
"""

import numpy as np
import torch
from batchgeneratorsv2.transforms.base.basic_transform import BasicTransform
from batchgeneratorsv2.transforms.intensity.brightness import BrightnessAdditiveTransform
from batchgeneratorsv2.transforms.intensity.contrast import BGContrast, ContrastTransform
from batchgeneratorsv2.transforms.intensity.gamma import GammaTransform
from batchgeneratorsv2.transforms.intensity.gaussian_noise import GaussianNoiseTransform
from batchgeneratorsv2.transforms.noise.gaussian_blur import GaussianBlurTransform
from batchgeneratorsv2.transforms.spatial.low_resolution import SimulateLowResolutionTransform
from batchgeneratorsv2.transforms.spatial.spatial import SpatialTransform
from batchgeneratorsv2.transforms.utils.compose import ComposeTransforms
from batchgeneratorsv2.transforms.utils.random import RandomTransform
from batchgeneratorsv2.transforms.utils.remove_label import RemoveLabelTansform
from torch.nn.functional import interpolate

# Chosen for the networks of resources/weights, which must work on scanners that they were not
# trained on; the paper is silent. `fraction`: of the crops that it happens to.
STRONG = {
    # Largest angles about z, y and x. The mask ends in an axial plane, which small angles keep.
    "rotation": {"fraction": 0.4, "degrees": [25, 8, 8]},
    # Smoothing, in sides of the crop, and largest displacement.
    "elastic": {"fraction": 0.2, "smoothness": [0.15, 0.35], "mm": 4},
    "contrast": {"fraction": 0.5, "factor": [0.55, 1.3]},  # other tube voltages do this to bone
    "shift": {"fraction": 0.5, "sd_hu": 25},  # a scanner's calibration, beam hardening
    "gamma": {"fraction": 0.2, "exponent": [0.8, 1.25]},
    "blur": {"fraction": 0.4, "sigma_mm": [0.4, 1.3]},  # softer reconstruction kernels
    "noise": {"fraction": 0.5, "sd_hu": [0, 60]},
    "slices": {"fraction": 0.6, "thickness_mm": [1, 5]},
    "field": {"fraction": 0.3, "depth": 0.5},  # largest fraction of each side that is lost
}
AUGMENTATION = {"none": {}, "strong": STRONG}  # by the name that the configuration gives
NO_POSE = {
    "rotation": {"fraction": 0, "degrees": [0, 0, 0]},
    "elastic": {"fraction": 0, "smoothness": [0, 0], "mm": 0},
}


def training_transforms(patch_size, *, scale, spacing_mm, scale_hu, augmentation):
    """Transforms of one training crop.

    Parameters
    ----------
    patch_size : sequence of int, (z, y, x)
        Voxels that are left of a crop; it may come larger.
    scale : sequence of float
        Smallest and largest scaling.
    spacing_mm : float
        Side of a voxel.
    scale_hu : float
        HU that are 1 to the network.
    augmentation : dict
        One of `AUGMENTATION`: for each kind that is used, the `fraction` of crops that it happens
        to, and how much.

    Returns
    -------
    ComposeTransforms
        Its random numbers come from NumPy's and PyTorch's global streams, as nnU-Net's do.
    """
    steps = [RemoveLabelTansform(-1, 0)]
    pose = {name: augmentation.get(name, NO_POSE[name]) for name in NO_POSE}
    if scale[0] < scale[1] or any(kind["fraction"] for kind in pose.values()):
        steps.append(_spatial(patch_size, scale, spacing_mm, **pose))
    for name, make in _appearance(spacing_mm, scale_hu).items():
        if kind := augmentation.get(name):
            steps.append(RandomTransform(make(kind), apply_probability=kind["fraction"]))
    if field := augmentation.get("field"):
        steps.append(RandomTransform(FieldOfView(field["depth"]), field["fraction"]))
    return ComposeTransforms(steps)


class FieldOfView(BasicTransform):
    """Image and label that end somewhere in the crop, as padded ones do at the end of a scan.

    Parameters
    ----------
    depth : float
        Largest fraction of each side that is lost, at one of its ends.
    """

    def __init__(self, depth):
        super().__init__()
        self.depth = depth

    def get_parameters(self, **data_dict):
        """What is kept: slices of the axes."""
        kept = [slice(None)]
        for side in data_dict["image"].shape[1:]:
            lost = round(side * np.random.uniform(0, self.depth))
            at_far_end = np.random.uniform() < 0.5
            kept.append(slice(0, side - lost) if at_far_end else slice(lost, side))
        return {"kept": tuple(kept)}

    def _apply_to_image(self, img, *, kept):
        """Zeros, which pad images too, outside of what is kept."""
        seen = torch.zeros_like(img)
        seen[kept] = img[kept]
        return seen

    _apply_to_segmentation = _apply_to_image


class ThickSlices(SimulateLowResolutionTransform):
    """nnU-Net's low resolution along z with a scanner's slices: means over their thickness.

    Parameters
    ----------
    thickness_mm : sequence of float
        Thinnest and thickest slice; those between are equally likely.
    spacing_mm : float
        Side of a voxel; no slice is thinner.
    """

    def __init__(self, thickness_mm, spacing_mm):
        super().__init__(
            scale=lambda **_: min(1.0, spacing_mm / np.random.uniform(*thickness_mm)),
            synchronize_channels=True,
            synchronize_axes=False,
            ignore_axes=(1, 2),
        )

    def _apply_to_image(self, img, **params):
        """Average an image (1, z, y, x) to fewer slices and interpolate between those."""
        z, y, x = img.shape[1:]
        for fraction in params["scales"][:, 0]:
            slices = interpolate(img[None], (max(2, round(z * fraction.item())), y, x), mode="area")
            planes = slices.reshape(1, 1, -1, y * x)
            img = interpolate(planes, (z, y * x), mode="bicubic").reshape(1, z, y, x)
        return img


def _spatial(patch_size, scale, spacing_mm, *, rotation, elastic):
    """Scaling of every crop; rotation about z, y and x, and bending, of some."""
    limits = rotation["degrees"]
    return SpatialTransform(
        patch_size,
        0,
        random_crop=False,
        p_rotation=rotation["fraction"],
        rotation=lambda image, dim: np.deg2rad(np.random.uniform(-limits[dim], limits[dim])),
        p_scaling=1,
        scaling=tuple(scale),
        p_synchronize_scaling_across_axes=1,
        p_elastic_deform=elastic["fraction"],
        elastic_deform_scale=tuple(elastic["smoothness"]),
        elastic_deform_magnitude=(0, elastic["mm"] / spacing_mm),
    )


def _appearance(spacing_mm, scale_hu):
    """{name: maker of a transform} of what changes CT numbers and leaves shapes alone."""
    all_channels = {"synchronize_channels": False, "p_per_channel": 1}

    def contrast(kind):
        factor = BGContrast(kind["factor"]).sample_contrast
        return ContrastTransform(factor, preserve_range=False, **all_channels)

    def gamma(kind):
        exponent = BGContrast(kind["exponent"]).sample_contrast
        return GammaTransform(exponent, p_invert_image=0, p_retain_stats=1, **all_channels)

    def blur(kind):
        sigma = tuple(mm / spacing_mm for mm in kind["sigma_mm"])
        return GaussianBlurTransform(sigma, synchronize_axes=True, **all_channels)

    def noise(kind):
        return GaussianNoiseTransform(tuple(hu / scale_hu for hu in kind["sd_hu"]), **all_channels)

    return {
        "contrast": contrast,
        "shift": lambda kind: BrightnessAdditiveTransform(
            0, kind["sd_hu"] / scale_hu, **all_channels
        ),
        "gamma": gamma,
        "blur": blur,
        "noise": noise,
        "slices": lambda kind: ThickSlices(kind["thickness_mm"], spacing_mm),
    }
