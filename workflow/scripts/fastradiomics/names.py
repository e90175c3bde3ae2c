"""Filters with their settings, and classes of features with their titles."""

FILTERS = {"Original": set(), "LoG": {"sigma"}, "Wavelet": {"wavelet"}}

CLASSES = {
    "shape": "shape",
    "firstorder": "first order",
    "glcm": "GLCM",
    "glrlm": "GLRLM",
    "glszm": "GLSZM",
    "gldm": "GLDM",
    "ngtdm": "NGTDM",
}
