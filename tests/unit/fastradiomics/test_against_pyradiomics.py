"""The values are pyradiomics', whatever the region, grid, filter or spacing."""

import numpy as np
import pytest
import SimpleITK as sitk
from scans import PARAMS, SHARED, WHOLE, egg, fast, image, pyradiomics, too_far
from scipy import ndimage

from fastradiomics import FEATURES, RadiomicsFeatureExtractor, engine, on_grid
from fastradiomics.bins import fixed_width_edges
from fastradiomics.laplacian import laplacian_of_gaussian

CLASSES = {**WHOLE, "glcm": sorted(FEATURES["glcm"] - {"MCC"})}
MAY_VANISH = {"Imc1", "Imc2", "LeastAxisLength", "MinorAxisLength", "Flatness", "Elongation"}


@pytest.fixture(scope="module")
def scan():
    return egg()


@pytest.fixture(scope="module")
def measured(scan):
    return fast(scan, PARAMS)


def test_all_1184_features_are_those_of_pyradiomics(scan, measured):
    assert len(measured) == 1184
    assert too_far(measured, pyradiomics(scan, PARAMS), tolerance=1e-9) == {}


def test_the_whole_glcm_class_has_mcc_and_is_that_of_pyradiomics(scan):
    images = {"Original": {}, "LoG": {"sigma": [2.0]}}
    whole = {**PARAMS, "imageType": images, "featureClass": {"glcm": []}}
    values = fast(scan, whole)
    assert len(values) == 2 * 24
    assert too_far(values, pyradiomics(scan, whole)) == {}


def test_what_is_left_out_is_pyradiomics_own_default(scan):
    extractor = RadiomicsFeatureExtractor(binWidth=40)
    parameters = {"featureClass": WHOLE, "setting": {"additionalInfo": False}}
    reference = pyradiomics(scan, parameters, binWidth=40)
    assert too_far(extractor.execute(*scan), reference) == {}


def test_a_label_is_measured_as_pyradiomics_does(scan):
    ct, mask = scan
    few = {**PARAMS, "imageType": {"Original": {}}, "featureClass": {"shape": [], "glcm": []}}
    labels = mask * 2
    assert fast((ct, labels), few, label=2) == fast(scan, few)
    assert RadiomicsFeatureExtractor(few).execute(ct, labels, label=2) == fast(scan, few)
    assert too_far(fast(scan, few), pyradiomics((ct, labels), few, label=2)) == {}


@pytest.mark.parametrize("kind", ["Original", "LoG", "Wavelet"])
def test_each_filter_alone_gives_what_all_together_give(scan, measured, kind):
    alone = fast(scan, {**PARAMS, "imageType": {kind: PARAMS["imageType"][kind]}})
    assert alone == {name: measured[name] for name in alone}
    assert fast(scan, PARAMS) == measured


def random_region(seed):
    """Values, mask, spacing and bin width of a random blob, from two voxels up."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(5, 26, 3)
    values = ndimage.gaussian_filter(rng.standard_normal(shape), rng.uniform(0, 2.5))
    values = values / values.std() * rng.uniform(5, 400) + rng.uniform(-300, 300)
    values = values.astype([np.int16, np.float32, np.float64][seed % 3])
    blob = ndimage.gaussian_filter(rng.standard_normal(shape), rng.uniform(0.5, 3))
    mask = blob > np.quantile(blob, rng.uniform(0.2, 0.97))
    if seed % 6 == 0:  # two to nine voxels of one corner of the image
        mask[:] = False
        mask[1:3, 1:3, 1:3] = rng.random((2, 2, 2)) < 0.3
        mask[1, 1, 1] = mask[2, 2, 2] = True
    spacing = tuple(float(along) for along in rng.uniform(0.5, 2.5, 3))
    fitting = [width for width in (2, 5, 10.5, 25) if np.ptp(values) / width < 60]
    return values, mask, spacing, float(rng.choice(fitting or [100]))


def both(seed):
    """Features of a random region by both packages, called the same way."""
    values, mask, spacing, width = random_region(seed)
    images = {"Original": {}}
    if values.dtype == np.int16:  # the filters of pyradiomics compute floats in their own precision
        images |= {"LoG": {"sigma": [1.0]}, "Wavelet": {"wavelet": "coif1"}}
    setting = {"binWidth": width, "additionalInfo": False}
    params = {"imageType": images, "featureClass": CLASSES, "setting": setting}
    scan = image(values, spacing), image(mask.astype(np.uint8), spacing)
    return fast(scan, params), pyradiomics(scan, params)


def wrong(values, reference):
    """What differs: by 1e-6, or by 1e-6 of their range for features that may vanish."""
    return {
        name: pair
        for name, pair in too_far(values, reference).items()
        if name.rsplit("_", 1)[1] not in MAY_VANISH or abs(pair[0] - pair[1]) > 1e-6
    }


@pytest.mark.parametrize("decade", range(6))
def test_random_regions_have_the_features_of_pyradiomics(decade):
    for seed in range(10 * decade, 10 * decade + 10):
        assert wrong(*both(seed)) == {}, f"seed {seed}"


@pytest.mark.parametrize("seed", range(8))
def test_any_grid_is_resampled_as_pyradiomics_does(seed):
    rng = np.random.default_rng(seed)
    spacing = [(0.8, 0.8, 1.25), (0.977, 0.977, 3.27), (1, 1, 3), (1, 1, 1)][seed % 4]
    shape = np.array([30, 50, 50]) + rng.integers(0, 9, 3)
    inside = np.zeros(shape, np.uint8)
    corner = (shape * [0.3, 0.3, 0.6]).astype(int)  # the grid ends at the image, without padding
    inside[tuple(slice(at, at + n) for at, n in zip(corner, (9, 14, 15), strict=True))] = 1
    ct = rng.normal(200, 80, shape).astype(np.int16)
    origin = tuple(rng.uniform(-400, 400, 3))
    scan = image(ct, spacing, origin), image(inside, spacing, origin)
    assert too_far(fast(scan, PARAMS), pyradiomics(scan, PARAMS)) == {}


@pytest.mark.parametrize("patient", ["STS_029", "STS_036"])
def test_real_hips_have_the_features_of_pyradiomics(patient):
    folder = SHARED / "real_hips" / patient
    if not folder.exists():
        pytest.skip("the real hips are not beside this checkout")
    ct, labels = (
        sitk.DICOMOrient(sitk.ReadImage(str(folder / name)), "LPS")
        for name in ("ct.nii.gz", "proximal_femur.nii.gz")
    )
    mask = sitk.Cast(labels != 0, sitk.sitkUInt8)
    mask.CopyInformation(ct)
    ct = sitk.Cast(ct, sitk.sitkInt16)
    assert too_far(fast((ct, mask), PARAMS), pyradiomics((ct, mask), PARAMS)) == {}


@pytest.mark.parametrize("sigma", [1.0, 2.0, 3.0, 4.0])
def test_the_laplacian_is_itks_to_the_last_bit(scan, sigma):
    ct = scan[0][40:90, 30:75, 20:60]
    itk = sitk.LaplacianRecursiveGaussian(ct, sigma, True)
    volume = sitk.GetArrayFromImage(ct).astype(np.float32)
    box = (slice(3, 37), slice(0, 40), slice(7, 50))
    own = laplacian_of_gaussian(volume, sigma_mm=sigma, spacing_mm=ct.GetSpacing()[::-1], box=box)
    assert np.array_equal(own, sitk.GetArrayFromImage(itk)[box])


def test_cropping_before_the_spline_changes_nothing(scan):
    grid = {"spacing_mm": [1, 1, 1], "interpolator": "sitkBSpline", "padding_voxels": 20}
    setting = {"binWidth": 25, "additionalInfo": False}
    cropped = pyradiomics(on_grid(*scan, **grid), {**PARAMS, "setting": setting})
    assert cropped == pyradiomics(scan, PARAMS)


def test_a_thousandth_of_a_bin_decides_on_which_side_of_an_edge_a_value_is():
    values = np.array([-25.0, -0.001, 0.0, 24.999, 25.0, 49.0])
    levels = engine.grey_levels(values, fixed_width_edges(values, 25))
    assert list(levels) == [1, 1, 2, 2, 3, 3]
