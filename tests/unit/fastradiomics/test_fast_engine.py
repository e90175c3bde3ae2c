"""The fast engine gives pyradiomics' values, whatever the region, and says what it cannot do."""

from functools import partial

import numpy as np
import pytest
import SimpleITK as sitk
from scans import MEASURES, ORIGINAL, REFERENCE, SETTINGS, SHARED, egg, image, pyradiomics, too_far
from scipy import ndimage

from ctio import read_ct
from fastradiomics import engine
from fastradiomics.bins import fixed_width_edges
from fastradiomics.laplacian import laplacian_of_gaussian
from osteoct.features.extraction import extract, feature_names
from osteoct.problems import PatientProblem

CLASSES = {name: [] for name in ("shape", "firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm")}
CLASSES["glcm"] = sorted({*SETTINGS["classes"]["glcm"], "SumAverage", "SumSquares"})
MAY_VANISH = {"Imc1", "Imc2", "LeastAxisLength", "MinorAxisLength", "Flatness", "Elongation"}


@pytest.fixture(scope="module")
def scan():
    return egg()


@pytest.fixture(scope="module")
def measured(scan):
    return extract(*scan, **SETTINGS)


def test_all_1184_features_are_those_of_pyradiomics(scan, measured):
    assert len(measured) == 1184
    assert too_far(measured, extract(*scan, **REFERENCE), tolerance=1e-9) == {}


def test_the_whole_glcm_class_has_mcc_and_is_that_of_pyradiomics(scan):
    whole = {"classes": {"glcm": []}, "images": {"Original": {}, "LoG": {"sigma": [2.0]}}}
    values = extract(*scan, **{**SETTINGS, **whole})
    assert len(values) == 2 * 24
    assert too_far(values, extract(*scan, **{**REFERENCE, **whole})) == {}


@pytest.mark.parametrize("kind", ["Original", "LoG", "Wavelet"])
def test_each_filter_alone_gives_what_all_together_give(scan, measured, kind):
    alone = extract(*scan, **{**SETTINGS, "images": {kind: SETTINGS["images"][kind]}})
    assert alone == {name: measured[name] for name in alone}
    assert extract(*scan, **SETTINGS) == measured


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


def both_engines(seed):
    """Features of a random region from the fast engine and from pyradiomics."""
    values, mask, spacing, width = random_region(seed)
    images = {"Original": {}}
    if values.dtype == np.int16:  # the filters of pyradiomics compute floats in their own precision
        images |= {"LoG": {"sigma": [1.0]}, "Wavelet": {"wavelet": "coif1"}}
    fast = engine.measure(
        values.astype(values.dtype if values.dtype == np.float32 else np.float64),
        (mask, mask),
        spacing[::-1],
        partial(fixed_width_edges, width=width),
        images,
        CLASSES,
    )
    scan = image(values, spacing), image(mask.astype(np.uint8), spacing)
    return fast, pyradiomics(*scan, images=images, classes=CLASSES, binWidth=width)


def wrong(fast, reference):
    """What differs: by 1e-6, or by 1e-6 of their range for features that may vanish."""
    return {
        name: pair
        for name, pair in too_far(fast, reference).items()
        if name.rsplit("_", 1)[1] not in MAY_VANISH or abs(pair[0] - pair[1]) > 1e-6
    }


@pytest.mark.parametrize("decade", range(6))
def test_random_regions_have_the_features_of_pyradiomics(decade):
    for seed in range(10 * decade, 10 * decade + 10):
        assert wrong(*both_engines(seed)) == {}, f"seed {seed}"


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
    fast, reference = extract(*scan, **SETTINGS), extract(*scan, **REFERENCE)
    assert too_far(fast, reference) == {}


@pytest.mark.parametrize("patient", ["STS_029", "STS_036"])
def test_real_hips_have_the_features_of_pyradiomics(patient):
    folder = SHARED / "real_hips" / patient
    if not folder.exists():
        pytest.skip("the real hips are not beside this checkout")
    ct = read_ct(folder / "ct.nii.gz")
    mask = sitk.DICOMOrient(sitk.ReadImage(str(folder / "proximal_femur.nii.gz")), "LPS")
    mask = sitk.Cast(mask != 0, sitk.sitkUInt8)
    mask.CopyInformation(ct)
    assert too_far(extract(ct, mask, **SETTINGS), extract(ct, mask, **REFERENCE)) == {}


@pytest.mark.parametrize("sigma", [1.0, 2.0, 3.0, 4.0])
def test_the_laplacian_is_itks_to_the_last_bit(scan, sigma):
    ct = scan[0][40:90, 30:75, 20:60]
    itk = sitk.LaplacianRecursiveGaussian(ct, sigma, True)
    volume = sitk.GetArrayFromImage(ct).astype(np.float32)
    box = (slice(3, 37), slice(0, 40), slice(7, 50))
    own = laplacian_of_gaussian(volume, sigma_mm=sigma, spacing_mm=ct.GetSpacing()[::-1], box=box)
    assert np.array_equal(own, sitk.GetArrayFromImage(itk)[box])


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"images": {"Square": {}}}, "does not know the filter Square"),
        ({"images": {"LoG": {"sigma": [1.0], "binWidth": 5}}}, "setting of the filter LoG: binW"),
        ({"images": {"LoG": {"sigma": []}}}, "needs its sigmas"),
        ({"images": {"Wavelet": {"wavelet": "coif99"}}}, "does not know the wavelet coif99"),
        ({"classes": {"shape2D": []}}, "does not know the class shape2D"),
        ({"classes": {"glcm": ["SumVariance"]}}, "feature of the class glcm: SumVariance"),
        ({"engine": "pyradiomics", "profile": "ibsi"}, "profile ibsi .* needs the engine fast"),
    ],
)
def test_what_the_engine_cannot_do_is_refused_before_any_patient(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        feature_names({**SETTINGS, **change}, total=1184)


def altered(scan, change):
    """The egg's scan with one thing wrong."""
    ct, mask = scan
    hu, inside = map(sitk.GetArrayFromImage, scan)
    if change == "nan":
        hu = np.where(inside & (hu > 500), np.nan, hu.astype(np.float32))
    elif change == "inf beside":
        hu = hu.astype(np.float32)
        hu[44, 60, 104] = np.inf
    elif change == "one slice":
        inside[:44] = inside[45:] = 0
    elif change == "two labels":
        inside[44, 60, 82] = 2
    elif change == "larger":
        return ct, image(np.pad(inside, 2))
    elif change == "another grid":
        return ct, image(inside, origin=(0, 0, 0))
    elif change == "metal":
        hu = hu.astype(np.int16)
        hu[44, 60, 82] = 32000
        return image(np.where(inside, hu * 1, hu)), mask
    return image(hu), image(inside)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ("nan", "holds voxels that are not numbers"),
        ("inf beside", "not numbers near the femur"),
        ("one slice", "spans 3. × .* × 1 voxels, which is no volume"),
        ("two labels", "label 2 beside 1"),
        ("larger", "not on the scan's grid"),
        ("another grid", "not on the scan's grid"),
    ],
)
def test_bad_data_are_refused_with_a_sentence(scan, change, sentence):
    with pytest.raises(PatientProblem, match=sentence):
        extract(*altered(scan, change), **SETTINGS)


def test_too_many_grey_levels_are_refused(scan):
    with pytest.raises(PatientProblem, match="grey levels, more than 2000"):
        extract(*altered(scan, "metal"), **{**ORIGINAL, "bin_width_hu": 1})


def test_voxels_far_from_each_other_have_no_texture_and_no_zero():
    inside = np.zeros((24, 24, 24), np.uint8)
    inside[4, 4, 4] = inside[18, 18, 18] = 1
    ct = np.random.default_rng(1).normal(200, 80, inside.shape).astype(np.int16)
    scan = image(ct, (1, 1, 1)), image(inside, (1, 1, 1))
    with pytest.raises(PatientProblem, match="features of the femur are not finite"):
        extract(*scan, **ORIGINAL)


def test_a_thousandth_of_a_bin_decides_on_which_side_of_an_edge_a_value_is():
    values = np.array([-25.0, -0.001, 0.0, 24.999, 25.0, 49.0])
    levels = engine.grey_levels(values, fixed_width_edges(values, 25))
    assert list(levels) == [1, 1, 2, 2, 3, 3]


def test_classes_and_features_are_those_asked_for(scan):
    asked = {"classes": {"glcm": ["Contrast"], "ngtdm": []}, "images": {"Original": {}}}
    values = engine.extract(*scan, **{**MEASURES, **asked})
    assert set(values) == {
        "original_glcm_Contrast",
        *(f"original_ngtdm_{name}" for name in engine.ngtdm.NAMES),
    }
