"""The public surface: how it is called, what it does not know, and that it stands alone."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from scans import PARAMS, egg, fast, image

import fastradiomics
from fastradiomics import (
    CLASSES,
    FEATURES,
    IbsiFeatureExtractor,
    RadiomicsFeatureExtractor,
    UnknownSetting,
    UnmeasurableRegion,
    engine,
)

PACKAGE = Path(fastradiomics.__file__).parent
ORIGINAL = {**PARAMS, "imageType": {"Original": {}}}
EXTRACTORS = [RadiomicsFeatureExtractor, IbsiFeatureExtractor]


@pytest.fixture(scope="module")
def scan():
    return egg()


@pytest.mark.parametrize(
    "section, asked, sentence",
    [
        (
            "imageType",
            {"Square": {}},
            "does not know the filter Square. It knows: LoG, Orig",
        ),
        ("imageType", {"LoG": {"sigma": [1.0], "binWidth": 5}}, "setting of the filter LoG: binW"),
        ("imageType", {"LoG": {"sigma": []}}, "needs its sigmas"),
        ("imageType", {"Wavelet": {"wavelet": "coif99"}}, "does not know the wavelet coif99"),
        ("featureClass", {"shape2D": []}, "does not know the class shape2D"),
        ("featureClass", {"glcm": ["SumVariance"]}, "feature of the class glcm: SumVariance"),
        ("setting", {"binCount": 32}, "does not know the setting binCount"),
        ("setting", {"additionalInfo": True}, "no diagnostics"),
        ("setting", {"resampledPixelSpacing": [1, 1, 0]}, "three lengths"),
        ("voxelSetting", {"kernelRadius": 1}, "section of the parameters: voxelSetting"),
    ],
)
@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_what_the_engine_does_not_know_is_an_error_before_any_image(
    extractor, section, asked, sentence
):
    with pytest.raises(UnknownSetting, match=sentence):
        extractor({**PARAMS, section: asked})


def test_an_unknown_filter_is_taken_for_no_other():
    values = np.random.default_rng(0).normal(100, 40, (9, 9, 9))
    inside = np.ones(values.shape, bool)
    region = engine.region_of(inside, (1.0, 1.0, 1.0))
    with pytest.raises(UnknownSetting, match="filter Square"):
        list(engine.filtered_images(values, region, {"Original": {}, "Square": {}}))


def test_classes_and_features_are_those_asked_for(scan):
    values = fast(scan, {**ORIGINAL, "featureClass": {"glcm": ["Contrast"], "ngtdm": None}})
    names = {f"original_ngtdm_{name}" for name in FEATURES["ngtdm"]}
    assert set(values) == {"original_glcm_Contrast", *names}


def test_every_class_has_a_title():
    assert list(CLASSES) == list(FEATURES)


def test_arrays_on_their_grid_give_what_images_give(scan):
    part = [each[50:120, 30:90, 20:70] for each in scan]
    extractor = RadiomicsFeatureExtractor(ORIGINAL, resampledPixelSpacing=None)
    hu, labels = map(sitk.GetArrayFromImage, part)
    of_arrays = extractor.measure(hu.astype(float), labels == 1, part[0].GetSpacing()[::-1])
    assert of_arrays == extractor.execute(*part)


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("shift_mm", [(0.0, 0.0, 0.0), (1.0, -2.0, 1.0)])
def test_a_grid_moved_by_whole_voxels_gives_the_same_values(scan, extractor, shift_mm):
    spacing_mm = (0.8137, 0.8137, 1.2173)  # no new voxel lies half-way between two old ones
    scan = [image(sitk.GetArrayFromImage(each), spacing_mm) for each in scan]
    log = {"Original": {}, "LoG": {"sigma": [1.0]}}
    extractor = extractor({**PARAMS, "imageType": log})
    moved = extractor.execute_moved(*scan, sitk.TranslationTransform(3, shift_mm))
    still = extractor.execute(*scan)
    assert set(moved) == set(still)
    assert moved == pytest.approx(still, rel=2e-4, abs=1e-9)


def altered(scan, change):
    """The egg's scan with one thing wrong."""
    ct, mask = scan
    hu, inside = map(sitk.GetArrayFromImage, scan)
    if change == "inf beside":
        hu = hu.astype(np.float32)
        hu[44, 60, 104] = np.inf
    elif change == "one slice":
        inside[:44] = inside[45:] = 0
    elif change == "empty":
        inside[:] = 0
    elif change == "larger":
        return ct, image(np.pad(inside, 2))
    elif change == "another grid":
        return ct, image(inside, origin=(0, 0, 0))
    elif change == "metal":
        hu[44, 60, 82] = 32000
    return image(hu), image(inside)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ("inf beside", "not numbers near the mask"),
        ("one slice", "spans 3. × .* × 1 voxels, which is no volume"),
        ("empty", "holds no voxel"),
        ("larger", "not on the image's grid"),
        ("another grid", "not on the image's grid"),
        ("metal", "grey levels, more than 2000"),
    ],
)
def test_what_cannot_be_measured_is_an_error_with_a_sentence(scan, change, sentence):
    params = {**ORIGINAL, "setting": {**PARAMS["setting"], "binWidth": 1}}
    with pytest.raises(UnmeasurableRegion, match=sentence):
        fast(altered(scan, change), params)


def alone(folder, *arguments):
    """Run Python where this package is the only one of its project."""
    (folder / PACKAGE.name).symlink_to(PACKAGE)
    command = [sys.executable, *arguments]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)


def test_it_stands_alone_and_the_example_of_its_readme_runs(tmp_path):
    run = alone(tmp_path, "-m", "doctest", str(PACKAGE / "README.md"))
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_light_name_loads_no_heavy_library(tmp_path):
    heavy = "{'numba', 'radiomics', 'SimpleITK', 'pywt', 'numpy'}"
    look = f"import sys; from fastradiomics import CLASSES; print({heavy} & set(sys.modules))"
    run = alone(tmp_path, "-c", look)
    assert run.stdout == "set()\n", run.stderr


def test_nobody_else_looks_behind_the_public_surface():
    for path in PACKAGE.parent.rglob("*.py"):
        if PACKAGE not in path.parents:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                module = node.module if isinstance(node, ast.ImportFrom) else None
                assert not str(module).startswith("fastradiomics."), path


def test_every_public_name_is_there():
    assert all(getattr(fastradiomics, name) for name in fastradiomics.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Square'"):
        _ = fastradiomics.Square
