"""Names of radiomic features, as a reader wants them."""

import re

from fastradiomics import CLASSES


def readable(name):
    """Image, class and feature of a name that pyradiomics spells in one word.

    Parameters
    ----------
    name : str
        ``{image}_{class}_{feature}``; a name that is not made like this stays as it is.

    Returns
    -------
    str

    Examples
    --------
    >>> readable("wavelet-HLH_glcm_JointEntropy")
    'wavelet HLH | GLCM | joint entropy'
    >>> readable("log-sigma-2-0-mm-3D_glszm_LargeAreaHighGrayLevelEmphasis")
    'LoG 2 mm | GLSZM | large area high gray level emphasis'
    >>> readable("original_firstorder_10Percentile")
    'original | first order | 10 percentile'
    >>> readable("original_glcm_Imc1")
    'original | GLCM | Imc1'
    >>> readable("mean_radius_of_nuclei")
    'mean_radius_of_nuclei'
    """
    if len(parts := name.split("_", 2)) < 3 or parts[1] not in CLASSES:
        return name
    image, group, feature = parts
    image = re.sub(r"^log-sigma-(\d+)-(\d+)-mm-3D$", r"LoG \1.\2 mm", image)
    image = image.replace(".0 mm", " mm").replace("-", " ")
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", feature).split()
    plain = [word if re.search(r"[a-z]\d|^I[a-z]{1,3}$", word) else word.lower() for word in words]
    return " | ".join([image, CLASSES.get(group, group), " ".join(plain)])
