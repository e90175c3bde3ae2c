"""The reference values of the Image Biomarker Standardisation Initiative.

Chapter 1: the digital phantom, and the CT phantom in the configurations A to E. A and B look within
slices: of the ways to put slices together the one in one matrix (2.5-D) is compared, on a volume
whose slices are set apart by empty ones. The reference tables name features by the standard's tags;
a second table names pyradiomics' feature of each tag.
"""

from functools import partial

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from scans import SHARED, WHOLE

from fastradiomics import IbsiFeatureExtractor, engine, standard
from fastradiomics.bins import fixed_width_edges, grey_levels
from fastradiomics.glcm import cooccurrence_features
from fastradiomics.pairs import pairs_and_runs
from fastradiomics.region import region_of
from fastradiomics.sizes import RUNS, size_features

IBSI = SHARED / "ibsi"
pytestmark = pytest.mark.skipif(
    not IBSI.exists(), reason="the IBSI phantoms and reference values are not beside this checkout"
)
NOT_OFFERED = {"morph_comp_1", "morph_comp_2", "morph_sph_dispr"}  # pyradiomics has retired them
BY_SLICE = {"A": (None, 0, "case1"), "B": (2, 32, "case2")}  # mm in a slice, bins, mapping
IN_SLICE = 4  # of the 13 directions, the first ones
EVERY_HU = [-1e9, 1e9]
CONFIGURATIONS = {
    "C": ("sitkLinear", {"range_hu": [-1000, 400], "outlier_sd": 0, "bins": 0}, "case3"),
    "D": ("sitkLinear", {"range_hu": EVERY_HU, "outlier_sd": 3, "bins": 32}, "case4"),
    "E": ("sitkBSpline", {"range_hu": [-1000, 400], "outlier_sd": 3, "bins": 32}, "case5"),
}


def phantom(name):
    folder = IBSI / name / "nifti"
    ct = sitk.ReadImage(str(folder / "image" / "phantom.nii.gz"))
    mask = sitk.Cast(sitk.ReadImage(str(folder / "mask" / "mask.nii.gz")) > 0, sitk.sitkUInt8)
    mask.CopyInformation(ct)
    return ct, mask


def merged(voxels, edges, region):
    """Co-occurrence and runs of all directions in one matrix, which the standard has too."""
    levels = grey_levels(voxels, edges)
    pairs, runs = pairs_and_runs(region.spread(levels), levels, region)
    together = {"glcm": cooccurrence_features(pairs.sum(axis=0)[None], mcc=False)}
    lengths = np.arange(1, runs.shape[2] + 1)
    together["glrlm"] = size_features(runs.sum(axis=0)[None], lengths, RUNS)
    return {
        f"3D_Combined_original_{group}_{name}": value
        for group, features in together.items()
        for name, value in features.items()
    }


def against_reference(values, references, mapping):
    """Tags of the reference table that have a feature here, and those out of tolerance."""
    tables = IBSI / "reference_values"
    reference = pd.read_csv(tables / references, encoding="utf-8-sig")
    names = pd.read_csv(tables / mapping)
    names["pyradiomics_feature"] = names["pyradiomics_feature"].str.replace(
        "2D_original_shape", "3D_original_shape"
    )
    table = names.merge(reference, on="tag").query("tag not in @NOT_OFFERED")
    table = table[table["pyradiomics_feature"].isin(values)]
    table[["reference value", "tolerance"]] = table[["reference value", "tolerance"]].astype(float)
    table = table[table["reference value"].notna()]
    found = table["pyradiomics_feature"].map(values) - 3 * (table["tag"] == "stat_kurt")
    printed = found.map(lambda value: float(f"{value:.3g}"))
    off = np.minimum(*(abs(each - table["reference value"]) for each in (found, printed)))
    allowed = table["tolerance"].fillna(0) + 1e-9 * table["reference value"].abs()
    return len(table), set(table["tag"][off > allowed])


def test_digital_phantom():
    ct, mask = map(sitk.GetArrayFromImage, phantom("ibsi_1_digital_phantom"))
    inside, spacing_mm = mask == 1, (2.0, 2.0, 2.0)
    edges_of = partial(fixed_width_edges, width=1)
    hu = ct.astype(float)
    features = engine.measure(hu, (inside, inside), spacing_mm, edges_of, {"Original": {}}, WHOLE)
    region = region_of(inside, spacing_mm)
    voxels = hu[inside]
    values = {f"3D_{name}": value for name, value in features.items()}
    values |= merged(voxels, edges_of(voxels), region)
    compared, outside = against_reference(
        values, "zrad_ibsi_1_reference_values_digital_phantom.csv", "pyrad_mapping_phantom.csv"
    )
    # pyradiomics divides the voxels' scatter by their number, the standard by one less
    assert (compared, outside) == (146, {"morph_pca_min_axis", "morph_pca_least_axis"})


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_ct_phantom(configuration):
    interpolator, ibsi, case = CONFIGURATIONS[configuration]
    setting = {"resampledPixelSpacing": [2, 2, 2], "interpolator": interpolator, "padDistance": 5}
    scan = phantom("ibsi_1_ct_radiomics_phantom")
    features = IbsiFeatureExtractor({"setting": setting}, **ibsi).execute(*scan)
    values = {f"3D_{name}": value for name, value in features.items()}
    hu, inside, spacing_mm = standard.on_centred_grid(
        *scan, spacing_mm=[2, 2, 2], interpolator=interpolator, padding_voxels=5
    )
    kept = standard.resegmented(
        hu, inside, range_hu=ibsi["range_hu"], outlier_sd=ibsi["outlier_sd"]
    )
    edges = standard.edges(hu[kept], width=25, number=ibsi["bins"], origin=ibsi["range_hu"][0])
    values |= merged(hu[kept], edges, region_of(kept, spacing_mm))
    references = f"zrad_ibsi_1_reference_values_config_{configuration}.csv"
    assert against_reference(values, references, f"pyrad_mapping_{case}.csv") == (146, set())


def by_slice(hu, kept, spacing_mm, edges):
    """Texture within slices, one matrix for all of them: averaged over directions, and merged."""
    apart = np.zeros((2 * len(hu) - 1, *hu.shape[1:]))
    inside = np.zeros(apart.shape, bool)
    apart[::2], inside[::2] = hu, kept
    region = region_of(inside, spacing_mm)
    voxels = apart[region.box][region.inside]
    levels = grey_levels(voxels, edges)
    pairs, runs = (
        table[:IN_SLICE] for table in pairs_and_runs(region.spread(levels), levels, region)
    )
    classes = {"glszm": [], "gldm": [], "ngtdm": []}
    found = {f"original_{k}": v for k, v in engine.texture(voxels, edges, region, classes)}
    lengths = np.arange(1, runs.shape[2] + 1)
    for name, of_directions, of_lengths in (
        ("original", pairs, runs),
        ("Combined_original", pairs.sum(axis=0)[None], runs.sum(axis=0)[None]),
    ):
        found[f"{name}_glcm"] = cooccurrence_features(of_directions, mcc=False)
        found[f"{name}_glrlm"] = size_features(of_lengths, lengths, RUNS)
    return {
        f"2D_{group}_{name}": value
        for group, features in found.items()
        for name, value in features.items()
    }


@pytest.mark.parametrize("configuration", BY_SLICE)
def test_ct_phantom_slice_by_slice(configuration):
    in_plane_mm, bins, case = BY_SLICE[configuration]
    scan = phantom("ibsi_1_ct_radiomics_phantom")
    x, y, z = scan[0].GetSpacing()
    hu, inside, spacing_mm = standard.on_centred_grid(
        *scan,
        spacing_mm=[in_plane_mm or x, in_plane_mm or y, z],
        interpolator="sitkLinear",
        padding_voxels=5,
    )
    kept = standard.resegmented(hu, inside, range_hu=[-500, 400], outlier_sd=0)
    edges = standard.edges(hu[kept], width=25, number=bins, origin=-500)
    classes = {"shape": [], "firstorder": []}
    masks, images = (inside, kept), {"Original": {}}
    whole = engine.measure(hu, masks, spacing_mm, lambda voxels: edges, images, classes)
    values = {f"{kind}_{name}": value for name, value in whole.items() for kind in ("2D", "3D")}
    values |= by_slice(hu, kept, spacing_mm, edges)
    references = f"zrad_ibsi_1_reference_values_config_{configuration}.csv"
    assert against_reference(values, references, f"pyrad_mapping_{case}.csv") == (146, set())
