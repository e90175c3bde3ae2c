"""What the fast engine can be asked for, checked before any patient is measured."""

import pywt

from fastradiomics import firstorder, glcm, ngtdm, shape, sizes

FILTERS = {"Original": set(), "LoG": {"sigma"}, "Wavelet": {"wavelet"}}
FEATURES = {
    "shape": set(shape.NAMES),
    "firstorder": set(firstorder.NAMES),
    "glcm": {*glcm.NAMES, glcm.MCC},
    "glrlm": set(sizes.RUNS),
    "glszm": set(sizes.ZONES),
    "gldm": set(filter(None, sizes.DEPENDENCES)),
    "ngtdm": set(ngtdm.NAMES),
}


def refuse_unsupported(images, classes):
    """An error for filters, classes and features that the fast engine does not have.

    Parameters
    ----------
    images, classes
        As `extraction.extract` takes them.

    Raises
    ------
    ValueError
        Says which one, and what there is.
    """
    _refuse_unknown("filter", images, FILTERS)
    for name, settings in images.items():
        _refuse_unknown(f"setting of the filter {name}:", settings, FILTERS[name])
    sigmas = images.get("LoG", {"sigma": [1]}).get("sigma", [])
    if not sigmas or min(sigmas) <= 0:
        raise ValueError("The filter LoG needs its sigmas, in mm and above 0.")
    wavelet = images.get("Wavelet", {}).get("wavelet", "coif1")
    _refuse_unknown("wavelet", [wavelet], pywt.wavelist(kind="discrete"))
    _refuse_unknown("class", classes, FEATURES)
    for name, features in classes.items():
        _refuse_unknown(f"feature of the class {name}:", features, FEATURES[name])


def _refuse_unknown(what, asked, known):
    if unknown := sorted(set(asked) - set(known)):
        listed = ", ".join(sorted(known)) or "none"
        raise ValueError(
            f"The fast engine does not know the {what} {', '.join(unknown)}. It knows: {listed}. "
            "Correct the configuration, or set features.settings.engine to pyradiomics."
        )
