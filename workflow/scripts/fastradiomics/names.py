"""The classes of features, as pyradiomics spells them, and as a reader wants them."""

CLASSES = {
    "shape": "shape",
    "firstorder": "first order",
    "glcm": "GLCM",
    "glrlm": "GLRLM",
    "glszm": "GLSZM",
    "gldm": "GLDM",
    "ngtdm": "NGTDM",
}
