"""Whether a CT's values are Hounsfield units: by where air, fat and muscle peak."""

from ctio.image_qc.peaks import find_fat_and_muscle, find_peaks, sample
from ctio.image_qc.tissues import expected_scale
from ctio.issues.issue import Issue

INTERCEPTS_HU = (1024, 1000)  # by which all values are too low if one of these was applied twice
OFF_SCALE = ("HU offset", "HU slope", "air peak shifted", "fat peak shifted", "muscle peak shifted")


def check_scale(ct, header):
    """Issues of air, fat and muscle that are not where they are in a CT.

    Parameters
    ----------
    ct : SimpleITK.Image
    header : dict
        `tube_voltage_kvp`, where the scan's files give it.

    Returns
    -------
    list of Issue
        Each says by how many Hounsfield units something is off, where that can be seen.
    """
    kvp = header.get("tube_voltage_kvp")
    peaks = find_peaks(sample(ct), expected_scale(kvp))
    scale = expected_scale(kvp, has_air=peaks.air is not None)
    voltage = f" at {kvp:g} kVp" if kvp else ""
    together = None
    if None not in (peaks.fat, peaks.muscle):
        together = _compare_together(peaks, scale, voltage)
    tissues = [] if together else ["fat", "muscle"]
    if peaks.air is not None:
        tissues.insert(0, "air")
    alone = [
        _compare(name, getattr(peaks, name), getattr(scale, name), voltage) for name in tissues
    ]
    return [issue for issue in (together, *alone) if issue]


def find_intercept_twice(ct):
    """By how much fat and muscle are lower than in a CT if an intercept was applied twice, or 0."""
    scale, values = expected_scale(), sample(ct)
    for intercept in INTERCEPTS_HU:
        fat, muscle = find_fat_and_muscle(values, scale, shift=intercept)
        if None in (fat, muscle):
            continue
        if scale.mean.holds((fat + muscle) / 2) and scale.distance.holds(muscle - fat):
            return intercept
    return 0


def _compare_together(peaks, scale, voltage):
    """The issue of fat and muscle that are too near, too far apart, or off by the same."""
    where = f"Fat peaks at {peaks.fat:.0f} HU and muscle at {peaks.muscle:.0f} HU"
    distance, mean = peaks.muscle - peaks.fat, (peaks.fat + peaks.muscle) / 2
    has_right_slope = peaks.air is not None and scale.air.holds(peaks.air)
    if not has_right_slope and not scale.distance.holds(distance):
        low, high = round(scale.distance.low), round(scale.distance.high)
        sentence = f"{where}, {distance:.0f} HU apart; expected {low} to {high} HU{voltage}."
        return Issue("HU slope", sentence)
    if scale.mean.holds(mean):
        return None
    return Issue(
        "HU offset", f"{where}, on average {_describe_offset(mean, scale.mean)} usual{voltage}."
    )


def _compare(name, hu, expected, voltage):
    """The issue of one tissue's peak, or None."""
    voltage = voltage if name == "fat" else ""
    if hu is None:
        low, high = round(expected.low), round(expected.high)
        where = f"between {low} and {high} HU, where {name} is{voltage}"
        return Issue(f"{name} peak shifted", f"The values have no peak {where}.")
    if expected.holds(hu):
        return None
    off = f"{_describe_offset(hu, expected)} its usual {expected.usual:.0f} HU{voltage}"
    return Issue(f"{name} peak shifted", f"{name.capitalize()} peaks at {hu:.0f} HU, {off}.")


def _describe_offset(hu, expected):
    """How far a value is from the usual one, in words."""
    off = hu - expected.usual
    return f"{abs(off):.0f} HU {'higher' if off > 0 else 'lower'} than"
