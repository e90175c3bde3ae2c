"""The engine `pyradiomics`: the package itself, on a scan that is cropped first."""

from radiomics import getFeatureClasses, getImageTypes, setVerbosity
from radiomics.featureextractor import RadiomicsFeatureExtractor

from fastradiomics import UnmeasurableRegion, on_grid, refuse_unknown

setVerbosity(40)  # pyradiomics warns of harmless things for every image; errors still show


class CroppedFeatureExtractor:
    """pyradiomics' extractor, given a scan that is cropped and resampled already.

    Parameters
    ----------
    params : dict
        As pyradiomics takes it.

    Raises
    ------
    UnknownSetting
        If pyradiomics does not know a filter, class or feature.

    References
    ----------
    van Griethuysen J.J.M. et al. (2017). Computational radiomics system to decode the
    radiographic phenotype. Cancer Res 77:e104-e107. doi:10.1158/0008-5472.CAN-17-0339
    """

    def __init__(self, params):
        _refuse_unknown_names(params["imageType"], params["featureClass"])
        setting = params["setting"]
        self._grid = {
            "spacing_mm": setting["resampledPixelSpacing"],
            "interpolator": setting["interpolator"],
            "padding_voxels": setting["padDistance"],
        }
        on_its_grid = {
            "binWidth": setting["binWidth"],
            "additionalInfo": False,
            "minimumROIDimensions": 3,
        }
        self._extractor = RadiomicsFeatureExtractor({**params, "setting": on_its_grid})

    def execute(self, image, mask):
        """Feature, as pyradiomics spells it, to value; `mask` is 1 inside, 0 outside.

        Raises
        ------
        UnmeasurableRegion
            If pyradiomics does not accept the mask.
        """
        try:
            values = self._extractor.execute(*on_grid(image, mask, **self._grid))
        except UnmeasurableRegion:
            raise
        except ValueError as error:
            raise UnmeasurableRegion(f"{error}.") from error
        return {name: float(value) for name, value in values.items()}


def _refuse_unknown_names(images, classes):
    refuse_unknown("filter", images, getImageTypes(), engine="pyradiomics")
    known = getFeatureClasses()
    refuse_unknown("class", classes, known, engine="pyradiomics")
    for name, features in classes.items():
        what, its = f"feature of the class {name}:", known[name].getFeatureNames()
        refuse_unknown(what, features, its, engine="pyradiomics")
