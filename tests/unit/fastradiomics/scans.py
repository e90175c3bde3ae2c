"""Scans for the tests of this folder, and pyradiomics itself to compare with."""

import copy
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from radiomics import featureextractor, setVerbosity

from fastradiomics import FEATURES, RadiomicsFeatureExtractor

SHARED = Path(__file__).parents[4] / "shared" / "data"
WHOLE = {name: [] for name in FEATURES}
GLCM = sorted(FEATURES["glcm"] - {"SumAverage", "SumSquares", "MCC"})
PARAMS = {
    "imageType": {
        "Original": {},
        "LoG": {"sigma": [1.0, 2.0, 3.0, 4.0]},
        "Wavelet": {"wavelet": "coif1"},
    },
    "featureClass": WHOLE | {"glcm": GLCM},
    "setting": {
        "binWidth": 25,
        "resampledPixelSpacing": [1, 1, 1],
        "interpolator": "sitkBSpline",
        "padDistance": 20,
        "additionalInfo": False,
    },
}
setVerbosity(40)


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


def fast(scan, params, **settings):
    """Features of the engine under test."""
    return RadiomicsFeatureExtractor(copy.deepcopy(params), **settings).execute(*scan)


def pyradiomics(scan, params, **settings):
    """Features of pyradiomics, called in the same way."""
    extractor = featureextractor.RadiomicsFeatureExtractor(copy.deepcopy(params), **settings)
    return {name: float(value) for name, value in extractor.execute(*scan).items()}


def too_far(values, reference, tolerance=1e-6):
    """Features whose relative difference is above a tolerance, with both values; NaN equals NaN."""
    assert set(values) == set(reference)
    pairs = {name: (values[name], reference[name]) for name in reference}
    return {
        name: (one, other)
        for name, (one, other) in pairs.items()
        if not abs(one - other) / max(abs(other), 1e-9) <= tolerance
        and not np.isnan([one, other]).all()
    }
