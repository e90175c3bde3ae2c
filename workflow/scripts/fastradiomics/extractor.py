"""The feature extractors: called as pyradiomics' own is called."""

from functools import partial

import numpy as np
import SimpleITK as sitk

from fastradiomics import engine, standard
from fastradiomics.bins import fixed_width_edges
from fastradiomics.grid import arrays_on_grid
from fastradiomics.moved import arrays_on_moved_grid
from fastradiomics.problems import UnmeasurableRegion
from fastradiomics.settings import (
    DEFAULTS,
    FEATURES,
    check_images_and_classes,
    check_settings,
    refuse_unknown,
)

SECTIONS = ("imageType", "featureClass", "setting")
SAME_PLACE_MM = 1e-2  # image files keep their geometry in single precision


class RadiomicsFeatureExtractor:
    """Features as pyradiomics defines, computes and names them.

    Parameters
    ----------
    params : dict, optional
        As pyradiomics takes it: ``imageType``, ``featureClass`` and ``setting``. What is left out
        is pyradiomics' own default: the image as it is, and every feature in three dimensions.
    **settings
        Of `settings.DEFAULTS`; they go before those of `params`.

    Attributes
    ----------
    settings, enabledImagetypes, enabledFeatures : dict
        As pyradiomics calls them.

    Raises
    ------
    UnknownSetting
        If something is asked for that the engine does not have.
    """

    is_centred = False

    def __init__(self, params=None, **settings):
        params = params or {}
        refuse_unknown("section of the parameters:", params, SECTIONS)
        images = params.get("imageType") or {"Original": {}}
        classes = params.get("featureClass") or dict.fromkeys(FEATURES)
        self.settings = DEFAULTS | (params.get("setting") or {}) | settings
        self.enabledImagetypes = {name: its or {} for name, its in images.items()}
        self.enabledFeatures = {name: wanted or [] for name, wanted in classes.items()}
        check_settings(self.settings)
        check_images_and_classes(self.enabledImagetypes, self.enabledFeatures)

    def execute(self, image, mask, label=None):
        """Every feature of the voxels of one label.

        Parameters
        ----------
        image, mask : SimpleITK.Image
            HU and labels, on one grid. A resampled image is rounded to whole HU before.
        label : int, optional
            Instead of that of the settings.

        Returns
        -------
        dict of str to float
            Feature, as pyradiomics spells it, to value; in no order.

        Raises
        ------
        UnmeasurableRegion
            If image or mask have no features.
        """
        return self.measure(*self._arrays(image, self._region(image, mask, label)))

    def execute_moved(self, image, mask, pose, label=None):
        """The same on a grid that is shifted or turned; the image is interpolated once.

        Parameters
        ----------
        image, mask, label
            As `execute` takes them.
        pose : SimpleITK.Transform
            From points of the moved grid to points of the image; rigid.

        Returns
        -------
        dict of str to float
        """
        region = self._region(image, mask, label)
        how = {"is_centred": self.is_centred, **self._resampling(image)}
        values, inside, spacing_mm = arrays_on_moved_grid(image, region, pose, **how)
        return self.measure(self._whole(values), inside, spacing_mm)

    def measure(self, values, inside, spacing_mm):
        """The same of arrays that are on their grid already.

        Parameters
        ----------
        values : ndarray of float64, shape (z, y, x)
        inside : ndarray of bool, shape (z, y, x)
        spacing_mm : sequence of float, (z, y, x)

        Returns
        -------
        dict of str to float
        """
        edges_of = partial(fixed_width_edges, width=self.settings["binWidth"])
        wanted = self.enabledImagetypes, self.enabledFeatures
        return engine.measure(values, (inside, inside), spacing_mm, edges_of, *wanted)

    def _region(self, image, mask, label):
        """The mask of one label, 1 inside."""
        if not _in_one_place(image, mask):
            raise UnmeasurableRegion("The mask is not on the image's grid. Resample it first.")
        label = self.settings["label"] if label is None else label
        voxels = sitk.GetArrayViewFromImage(mask)
        is_done = label == 1 and voxels.dtype == np.uint8 and voxels.max() <= 1
        return mask if is_done else mask == label  # of a large scan this takes 0.1 s

    def _resampling(self, image):
        return {
            "spacing_mm": self.settings["resampledPixelSpacing"] or list(image.GetSpacing()),
            "interpolator": self.settings["interpolator"],
            "padding_voxels": self.settings["padDistance"],
        }

    def _arrays(self, image, region):
        if self.settings["resampledPixelSpacing"] is not None:
            return arrays_on_grid(image, region, **self._resampling(image))
        values = sitk.GetArrayFromImage(image)
        values = values if values.dtype == np.float32 else values.astype(np.float64)
        return values, sitk.GetArrayFromImage(region) == 1, image.GetSpacing()[::-1]

    def _whole(self, values):
        """Interpolated values as whole HU: cut towards zero."""
        return np.trunc(values)


class IbsiFeatureExtractor(RadiomicsFeatureExtractor):
    """The same features after the image processing of the standard (`standard`).

    Parameters
    ----------
    params, **settings
        As `RadiomicsFeatureExtractor` takes them.
    range_hu : (float, float)
        Voxels outside are left out of all features but shape; bins start at the lower end.
    outlier_sd : float
        Of the rest, voxels this many standard deviations from the mean are left out; 0 keeps them.
    bins : int
        Number of bins between lowest and highest value; 0 for bins of ``binWidth``.
    """

    is_centred = True

    def __init__(
        self,
        params=None,
        *,
        range_hu=standard.RANGE_HU,
        outlier_sd=standard.OUTLIER_SD,
        bins=standard.BINS,
        **settings,
    ):
        super().__init__(params, **settings)
        self.binning = {"range_hu": range_hu, "outlier_sd": outlier_sd, "bins": bins}

    def measure(self, values, inside, spacing_mm):
        """As `RadiomicsFeatureExtractor.measure`, with the standard's masks and bins."""
        return standard.measure_resegmented(
            values,
            inside,
            spacing_mm,
            images=self.enabledImagetypes,
            classes=self.enabledFeatures,
            bin_width_hu=self.settings["binWidth"],
            **self.binning,
        )

    def _arrays(self, image, region):
        return standard.on_centred_grid(image, region, **self._resampling(image))

    def _whole(self, values):
        """Interpolated values as whole HU: rounded."""
        return np.rint(values)


def _in_one_place(image, mask):
    """Whether two images are on one grid."""
    if image.GetSize() != mask.GetSize():
        return False
    last = [size - 1 for size in image.GetSize()]
    ends = [[0, 0, 0], last, [last[0], 0, 0], [0, last[1], 0]]
    here, there = (
        [each.TransformIndexToPhysicalPoint(end) for end in ends] for each in (image, mask)
    )
    return np.allclose(here, there, rtol=0, atol=SAME_PLACE_MM)
