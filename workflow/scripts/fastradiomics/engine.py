"""All features of a region: the filters, and the classes of features on each filtered image."""

import math

import numpy as np

from fastradiomics import firstorder, glcm, ngtdm, shape, sizes
from fastradiomics.bins import grey_levels
from fastradiomics.laplacian import laplacian_of_gaussian
from fastradiomics.neighbourhood import dependence_and_difference
from fastradiomics.pairs import pairs_and_runs
from fastradiomics.problems import UnmeasurableRegion
from fastradiomics.region import region_of
from fastradiomics.settings import WAVELET, check_images_and_classes
from fastradiomics.wavelets import bands
from fastradiomics.zones import zones

MAX_LEVELS = 2000  # grey levels: co-occurrence tables grow with their square, here to 200 MB


def measure(hu, masks, spacing_mm, edges_of, images, classes):
    """Features of voxels that are on their grid already.

    Parameters
    ----------
    hu : ndarray of float64, shape (z, y, x)
    masks : pair of ndarray of bool, shape (z, y, x)
        Of the shape, and of the values (IBSI: morphological and intensity mask).
    spacing_mm : sequence of float, (z, y, x)
    edges_of : callable
        ``edges_of(values)``: edges of the grey-level bins of one image's values.
    images, classes
        As `settings.check_images_and_classes` takes them.

    Returns
    -------
    dict of str to float
        Feature, as pyradiomics spells it, to value; in no order.

    Raises
    ------
    UnmeasurableRegion
        If a mask is no volume, the image is too small for a filter or its grey levels are too many.
    """
    region = _volume_of(masks[1], spacing_mm)
    form = region if masks[0] is masks[1] else _volume_of(masks[0], spacing_mm)
    values = {}
    if "shape" in classes:
        values |= _named("original_shape", shape.shape_features(form.inside, spacing_mm))
    for name, image in filtered_images(hu, region, images):
        voxels = image[region.inside]
        for group, features in texture(voxels, edges_of(voxels), region, classes):
            values |= _named(f"{name}_{group}", features)
    return _select_features(values, classes)


def _volume_of(inside, spacing_mm):
    """The region inside a mask, or a sentence if that is no volume on the grid of the features."""
    region = region_of(inside, spacing_mm)
    if min(region.inside.shape) < 2:
        size = " × ".join(map(str, region.inside.shape[::-1]))
        raise UnmeasurableRegion(
            f"On the grid of the features the mask spans {size} voxels, which is no volume."
        )
    return region


def filtered_images(hu, region, images):
    """Name and values in the region's box of the image after each filter.

    Parameters
    ----------
    hu : ndarray of float64, shape (z, y, x)
    region : Region
    images : dict of str to dict
        Of `names.FILTERS`, and their settings.

    Yields
    ------
    name : str
        As pyradiomics spells it.
    image : ndarray, shape of the region's box

    Raises
    ------
    UnknownSetting
        If there is no such filter.
    """
    for kind, settings in images.items():
        if kind == "Original":
            yield "original", hu[region.box]
        elif kind == "LoG":
            yield from _laplacians(hu, region, settings["sigma"])
        elif kind == "Wavelet":
            wavelet = settings.get("wavelet", WAVELET)
            for name, band in bands(hu, wavelet=wavelet, box=region.box).items():
                yield f"wavelet-{name}", band
        else:
            check_images_and_classes({kind: settings}, {})


def _laplacians(hu, region, sigmas):
    volume = hu.astype(np.float32)
    for sigma in sigmas:
        needed = [max(4, math.ceil(sigma / spacing) + 1) for spacing in region.spacing_mm]
        if np.any(np.array(hu.shape) < needed):
            raise UnmeasurableRegion(
                f"The image around the mask is too small for the filter LoG of {sigma:g} mm."
            )
        yield (
            f"log-sigma-{str(sigma).replace('.', '-')}-mm-3D",
            laplacian_of_gaussian(
                volume, sigma_mm=sigma, spacing_mm=region.spacing_mm, box=region.box
            ),
        )


def texture(voxels, edges, region, classes):
    """Features of one filtered image.

    Parameters
    ----------
    voxels : ndarray, shape (n,)
        Its values in the region.
    edges : ndarray
        Of the grey-level bins.
    region : Region
    classes : dict of str to list of str

    Yields
    ------
    group : str
        Class of features.
    features : dict of str to float
    """
    if len(edges) > MAX_LEVELS:
        raise UnmeasurableRegion(
            f"The region's values span {len(edges) - 1} grey levels, more than {MAX_LEVELS}. Widen "
            "the bins, or look for metal in the mask."
        )
    levels = grey_levels(voxels, edges)
    counts, dense = np.bincount(levels)[1:], region.spread(levels)
    if "firstorder" in classes:
        voxel_mm3 = math.prod(region.spacing_mm)
        yield "firstorder", firstorder.first_order_features(voxels, counts, voxel_mm3)
    if {"glcm", "glrlm"} & set(classes):
        pairs, runs = pairs_and_runs(dense, levels, region)
        mcc = glcm.MCC in (classes.get("glcm") or [glcm.MCC])
        yield "glcm", glcm.cooccurrence_features(pairs, mcc=mcc and "glcm" in classes)
        yield "glrlm", sizes.size_features(runs, np.arange(1, runs.shape[2] + 1), sizes.RUNS)
    if "glszm" in classes:
        table, zone_sizes = zones(dense, levels, region)
        yield "glszm", sizes.size_features(table[None], zone_sizes, sizes.ZONES)
    if {"gldm", "ngtdm"} & set(classes):
        dependence, difference = dependence_and_difference(dense, levels, region)
        columns = np.arange(1, dependence.shape[1] + 1)
        yield "gldm", sizes.size_features(dependence[None], columns, sizes.DEPENDENCES)
        yield "ngtdm", ngtdm.tone_difference_features(counts, difference)


def _named(prefix, features):
    return {f"{prefix}_{name}": value for name, value in features.items()}


def _select_features(values, classes):
    """The features of the classes asked for; an empty list is the whole class."""

    def is_selected(name):
        _, group, feature = name.split("_", 2)
        return group in classes and (not classes[group] or feature in classes[group])

    return {name: value for name, value in values.items() if is_selected(name)}
