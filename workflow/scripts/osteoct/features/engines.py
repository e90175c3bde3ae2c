"""What the engines can measure together with the rest of a configuration, before any job."""

from fastradiomics import FILTERS


def check_engine(features, *, moved):
    """Raise if the chosen engine cannot measure what a configuration asks for.

    Parameters
    ----------
    features : dict
        That section of the configuration.
    moved : bool
        Whether femora are measured on moved grids too (robustness), which the engine fast does
        whichever is chosen.

    Raises
    ------
    ValueError
        Which filter or profile, who knows it, and what to do.
    """
    if features["engine"] == "pyradiomics" and features["profile"] == "ibsi":
        raise ValueError("features: profile: ibsi needs the engine fast. Change one of the two.")
    unknown = ", ".join(sorted(set(features["images"]) - set(FILTERS)))
    known = f"does not know the filter {unknown}. It knows: {', '.join(sorted(FILTERS))}."
    if unknown and features["engine"] == "fast":
        raise ValueError(
            f"features: images: the engine fast {known} Leave it out, or set features: engine to "
            "pyradiomics."
        )
    if unknown and moved:
        raise ValueError(
            f"features: images: robustness is measured on moved grids by the engine fast, which "
            f"{known} Leave it out, or set robustness: patients to 0."
        )
