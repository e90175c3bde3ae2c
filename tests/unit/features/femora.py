"""A femur-sized egg of bone, the study's settings, and those of the engine pyradiomics."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk
import yaml

from osteoct.features.extraction import settings_of

ROOT = Path(__file__).parents[3]
FEATURES = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))["features"]
SETTINGS = settings_of(FEATURES)
ORIGINAL = {**SETTINGS, "images": ["Original"]}
SQUARE = ["Original", "Square"]


def image(array, spacing_mm=(0.83, 0.83, 1.25), origin=(-103.7, -98.2, -411.3)):
    made = sitk.GetImageFromArray(array)
    made.SetSpacing(spacing_mm)
    made.SetOrigin(origin)
    return made


def egg():
    """A textured egg of bone, right of the middle of a larger scan."""
    z, y, x = np.indices((90, 130, 140))
    inside = ((z - 44) / 14) ** 2 + ((y - 60) / 15) ** 2 + ((x - 82) / 19) ** 2 < 1
    noise = np.random.default_rng(5).normal(0, 60, inside.shape)
    ct = np.where(inside, 300 + 4 * z, 40) + noise
    return image(ct.astype(np.int16)), image(inside.astype(np.uint8))
