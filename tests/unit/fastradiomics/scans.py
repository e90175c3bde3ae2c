"""Scans for the tests of this folder, and pyradiomics itself to compare with."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk
import yaml
from radiomics.featureextractor import RadiomicsFeatureExtractor

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "data"
FEATURES = yaml.safe_load((ROOT / "config/config.yaml").read_text())["features"]
SETTINGS = FEATURES["settings"]
ORIGINAL = {**SETTINGS, "images": {"Original": {}}}
REFERENCE = {**SETTINGS, "engine": "pyradiomics"}
MEASURES = {key: SETTINGS[key] for key in ("resampling", "bin_width_hu", "images", "classes")}


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


def pyradiomics(ct, mask, *, images, classes, **setting):
    """Features of pyradiomics, straight from the package."""
    extractor = RadiomicsFeatureExtractor(
        {
            "imageType": images,
            "featureClass": classes,
            "setting": {"additionalInfo": False, **setting},
        }
    )
    return {name: float(value) for name, value in extractor.execute(ct, mask).items()}


def differences(values, reference):
    """Relative difference of every feature; equal sets of features are a must."""
    assert set(values) == set(reference)
    return {
        name: abs(values[name] - reference[name]) / max(abs(reference[name]), 1e-9)
        for name in reference
    }


def too_far(values, reference, tolerance=1e-6):
    """Features that differ by more than a tolerance, with both values; NaN equals NaN."""
    return {
        name: (values[name], reference[name])
        for name, difference in differences(values, reference).items()
        if not difference <= tolerance and not np.isnan([values[name], reference[name]]).all()
    }
