"""Radiomic features of one segmented femur."""

import math

import numpy as np
import SimpleITK as sitk

from ctio import bounding_box, same_grid
from fastradiomics import (
    FEATURES,
    IbsiFeatureExtractor,
    RadiomicsFeatureExtractor,
    UnknownSetting,
    UnmeasurableRegion,
    refuse_unknown,
)
from osteoct.features.reference import CroppedFeatureExtractor
from osteoct.problems import PatientProblem

REMEDY = "Look at the scan and at the segmentation of this patient."
PADDING_VOXELS = 20
"""Of the new grid around the femur, so that the filters see no edge: 10 change features by up to
0.3 %, 20 by up to 0.00008 %."""
EXTRACTORS = {
    ("fast", "paper"): RadiomicsFeatureExtractor,
    ("fast", "ibsi"): IbsiFeatureExtractor,
    ("pyradiomics", "paper"): CroppedFeatureExtractor,
}


def extract(ct, mask, **settings):
    """Every requested radiomic feature of the voxels in a mask.

    Parameters
    ----------
    ct : SimpleITK.Image
        Hounsfield units; fractions are rounded.
    mask : SimpleITK.Image
        1 inside, 0 outside, on the grid of `ct`.
    **settings
        As `extractor_of` takes them.

    Returns
    -------
    dict of str to float
        Feature, as pyradiomics spells it, to value, in alphabetical order; all finite.

    Raises
    ------
    PatientProblem
        If the mask is empty, on another grid or thinner than two voxels, if its voxels all have
        one value or are no numbers, or if a feature is not a number.
    ValueError
        If the engine cannot do what the settings ask for.
    """
    _refuse_unusable(ct, mask)
    values = _measured(extractor_of(**settings).execute, ct, mask)
    return _finite({name: values[name] for name in sorted(values)})


def extract_moved(ct, mask, pose, **settings):
    """The same on a grid that is shifted or turned, in the engine's order.

    Parameters
    ----------
    ct, mask, **settings
        As `extract` takes them.
    pose : SimpleITK.Transform
        From points of the moved grid to points of the scan; rigid.

    Returns
    -------
    dict of str to float

    Raises
    ------
    PatientProblem, ValueError
        As `extract` does.
    """
    return _measured(moved_extractor_of(**settings).execute_moved, ct, mask, pose)


def extractor_of(*, engine, profile, **asked):
    """What measures features by the section `features` of the configuration.

    Parameters
    ----------
    engine : {"fast", "pyradiomics"}
        `fastradiomics`, or the package; their values agree to 1e-6.
    profile : {"paper", "ibsi"}
        Whether grid, mask and bins are pyradiomics' or the standard's (needs the engine fast).
    **asked
        As `params_of` takes them.

    Returns
    -------
    object
        Called as pyradiomics' RadiomicsFeatureExtractor: ``execute(image, mask)``.

    Raises
    ------
    ValueError
        If the engine cannot do what the settings ask for.
    """
    if (engine, profile) not in EXTRACTORS:
        raise ValueError(f"The profile {profile} (features: profile) needs the engine fast.")
    return EXTRACTORS[engine, profile](params_of(**asked))


def params_of(
    *,
    bin_width_hu,
    spacing_mm,
    interpolator,
    images,
    log_sigma_mm,
    wavelet,
    classes,
    left_out,
):
    """Parameters as pyradiomics takes them.

    Parameters
    ----------
    bin_width_hu : float
    spacing_mm : list of float, (x, y, z)
    interpolator : str
        SimpleITK's name, e.g. ``"sitkBSpline"``.
    images : list of str
        Filters, as pyradiomics names them.
    log_sigma_mm : list of float
    wavelet : str
    classes : list of str
    left_out : list of str
        Features of these classes that are not measured, e.g. ``"glcm_MCC"``.

    Returns
    -------
    dict

    Raises
    ------
    UnknownSetting
        If a feature left out is not known.
    """
    known = {f"{group}_{name}" for group, names in FEATURES.items() for name in names}
    refuse_unknown("feature", left_out, known)
    of_filter = {"LoG": {"sigma": log_sigma_mm}, "Wavelet": {"wavelet": wavelet}}
    return {
        "imageType": {name: of_filter.get(name, {}) for name in images},
        "featureClass": {group: _all_but(left_out, group) for group in classes},
        "setting": {
            "binWidth": bin_width_hu,
            "resampledPixelSpacing": spacing_mm,
            "interpolator": interpolator,
            "padDistance": PADDING_VOXELS,
        },
    }


def _all_but(left_out, group):
    """Features of a class that are measured; an empty list is all of them."""
    gone = {name.split("_", 1)[1] for name in left_out if name.split("_", 1)[0] == group}
    return sorted(FEATURES[group] - gone) if gone else []


def moved_extractor_of(*, engine, **settings):
    """As `extractor_of`, always of the engine fast, whose values are those of the other.

    Raises
    ------
    ValueError
        If the settings ask for something that it does not know.
    """
    try:
        return extractor_of(engine="fast", **settings)
    except UnknownSetting as error:
        raise UnknownSetting(
            f"On moved grids the engine fast measures robustness, not {engine}, and {error} Or set "
            "robustness: patients to 0."
        ) from error


def settings_of(features):
    """What `extractor_of` takes of the section `features` of the configuration."""
    return {name: value for name, value in features.items() if name != "total"}


def _refuse_unusable(ct, mask):
    """A sentence for a mask that holds nothing to measure."""
    if not same_grid(ct, mask):
        raise PatientProblem(f"The mask of the femur is not on the scan's grid. {REMEDY}")
    labels = sitk.GetArrayViewFromImage(mask)
    if (highest := labels.max()) > 1:
        raise PatientProblem(f"The mask of the femur has a label {highest:g} beside 1. {REMEDY}")
    if highest < 1:
        raise PatientProblem(f"The mask of the femur is empty. {REMEDY}")
    box = bounding_box(mask, margin_mm=0)
    inside = sitk.GetArrayViewFromImage(ct)[box][labels[box] == 1]
    if not np.isfinite(inside).all():
        raise PatientProblem(f"The mask holds voxels that are not numbers. {REMEDY}")
    if inside.min() == inside.max():
        raise PatientProblem(
            f"The mask holds {inside.size} voxels of one value, {inside.min():g} HU: there is "
            f"no texture to measure. {REMEDY}"
        )


def _measured(execute, *images):
    """What an extractor measures; what it cannot measure is this patient's problem."""
    try:
        return execute(*images)
    except UnmeasurableRegion as problem:
        raise PatientProblem(f"The femur has no features. {problem} {REMEDY}") from problem


def _finite(values):
    """The values, or a sentence that counts those that are no numbers."""
    if odd := [name for name, value in values.items() if not math.isfinite(value)]:
        raise PatientProblem(
            f"{len(odd)} of {len(values)} features of the femur are not finite, first {odd[0]}: "
            f"the mask may be tiny or nearly flat. {REMEDY}"
        )
    return values
