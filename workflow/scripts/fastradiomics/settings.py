"""What the engine can be asked for, checked before anything is measured."""

import pywt

from fastradiomics import firstorder, glcm, ngtdm, shape, sizes
from fastradiomics.names import FILTERS
from fastradiomics.problems import UnknownSetting

DEFAULTS = {  # of pyradiomics, but for additionalInfo: there are no diagnostics here
    "binWidth": 25,
    "resampledPixelSpacing": None,
    "interpolator": "sitkBSpline",
    "padDistance": 5,
    "label": 1,
    "additionalInfo": False,
}
WAVELET = "coif1"  # pyradiomics' own choice
FEATURES = {
    "shape": set(shape.NAMES),
    "firstorder": set(firstorder.NAMES),
    "glcm": {*glcm.NAMES, glcm.MCC},
    "glrlm": set(sizes.RUNS),
    "glszm": set(sizes.ZONES),
    "gldm": set(filter(None, sizes.DEPENDENCES)),
    "ngtdm": set(ngtdm.NAMES),
}


def check_settings(settings):
    """An error for a setting that the engine does not have.

    Parameters
    ----------
    settings : dict

    Raises
    ------
    UnknownSetting
        Says which one, and what there is.
    """
    refuse_unknown("setting", settings, DEFAULTS)
    if settings.get("additionalInfo"):
        raise UnknownSetting("fastradiomics gives no diagnostics. Set additionalInfo to False.")
    spacing = settings.get("resampledPixelSpacing")
    if spacing is not None and (len(spacing) != 3 or min(spacing) <= 0):
        raise UnknownSetting("resampledPixelSpacing needs three lengths, in mm and above 0.")


def check_images_and_classes(images, classes):
    """An error for filters, classes and features that the engine does not have.

    Parameters
    ----------
    images : dict of str to dict
        Filter, as pyradiomics names it, to its settings: ``{"LoG": {"sigma": [1.0]}}``.
    classes : dict of str to list of str
        Class of features to the features wanted of it; an empty list is all of them.

    Raises
    ------
    UnknownSetting
        Says which one, and what there is.
    """
    refuse_unknown("filter", images, FILTERS)
    for name, settings in images.items():
        refuse_unknown(f"setting of the filter {name}:", settings, FILTERS[name])
    sigmas = images.get("LoG", {"sigma": [1]}).get("sigma", [])
    if not sigmas or min(sigmas) <= 0:
        raise UnknownSetting("The filter LoG needs its sigmas, in mm and above 0.")
    wavelet = images.get("Wavelet", {}).get("wavelet", WAVELET)
    refuse_unknown("wavelet", [wavelet], pywt.wavelist(kind="discrete"))
    refuse_unknown("class", classes, FEATURES)
    for name, features in classes.items():
        refuse_unknown(f"feature of the class {name}:", features, FEATURES[name])


def refuse_unknown(what, asked, known, *, engine="fastradiomics"):
    """An error for names that are not among the known ones.

    Parameters
    ----------
    what : str
        What the names are of.
    asked, known : iterable of str
    engine : str
        Who knows them.

    Raises
    ------
    UnknownSetting
    """
    if unknown := sorted(set(asked) - set(known)):
        listed = ", ".join(sorted(known)) or "none"
        raise UnknownSetting(
            f"{engine} does not know the {what} {', '.join(unknown)}. It knows: {listed}. "
            "Correct the name, or leave it out."
        )
