"""The acquisitions of one series: phases, a scan begun again, single slices of a monitoring."""

from collections import defaultdict

import numpy as np

MAX_STRAY_LEVELS = 2  # a monitoring has one level; a test slice before it may have another
SAME_LEVEL_MM = 0.1
MIN_COMPLETE = 0.95  # of the longest acquisition: phases planned alike differ by a slice or two
PHASES = (  # what else may differ between the phases of one series, beside the acquisition's number
    *("temporal_position", "trigger_time", "cardiac_phase", "contrast", "bolus_time", "event"),
    *("acquisition_datetime", "acquisition_time"),
)


def propose_parts(slices):
    """How a series that is no even stack may be taken apart, the gentlest way first.

    Parameters
    ----------
    slices : list of ctio.intake.slice.Slice
        Of one series.

    Yields
    ------
    parts : list of list of Slice
        Scans; never none of them.
    strays : list of list of Slice
        Slices at one or two levels that belong to no scan.
    """
    if not all(slice_.position.size and slice_.orientation.size for slice_ in slices):
        return
    rest, strays = slices, []
    for kind_of in (_acquisition_of, _kind_of):
        groups = _group(rest, kind_of)
        few = [_count_levels(group) <= MAX_STRAY_LEVELS for group in groups]
        if any(few) and not all(few):
            strays += [group for group, is_stray in zip(groups, few, strict=True) if is_stray]
            scans = [group for group, is_stray in zip(groups, few, strict=True) if not is_stray]
            rest = [slice_ for group in scans for slice_ in group]
            yield [rest], strays
    for phases in propose_phases(rest):
        yield phases, strays
    kinds = _group(rest, _kind_of)
    if _overlap(kinds) and _has_whole(kinds, rest):
        yield kinds, strays


def propose_phases(slices):
    """How a series may be parted into scans of the same part of the body.

    Parameters
    ----------
    slices : list of ctio.intake.slice.Slice
        Of one series.

    Yields
    ------
    list of list of Slice
        Groups by one attribute, in its order: by the acquisition's number first. By any other,
        one group at least is as long as all together, or they might be pieces of a scan.
    """
    if not all(slice_.position.size and slice_.orientation.size for slice_ in slices):
        return
    groups = _group(slices, _acquisition_of)
    if _overlap(groups):
        yield groups
    for kind_of in (*map(_getter_of, PHASES), _protocol_of):
        groups = _group(slices, kind_of)
        if kind_of is _protocol_of:  # a voltage has no order of its own
            groups.sort(key=lambda group: min(map(_instance_of, group)))
        if _overlap(groups) and _has_whole(groups, slices):
            yield groups


def sort_key(number):
    """A key that sorts numbers in text as numbers, and what is no number after them."""
    try:
        value = float(number)
    except ValueError:
        return (1, 0.0, number)
    return (0, value, "") if np.isfinite(value) else (1, 0.0, number)


def _group(slices, key_of):
    groups = defaultdict(list)
    for slice_ in slices:
        groups[key_of(slice_)].append(slice_)
    return [groups[key] for key in sorted(groups)]


def _acquisition_of(slice_):
    return sort_key(slice_.once["acquisition"])


def _getter_of(name):
    return lambda slice_: sort_key(slice_.once[name])


def _instance_of(slice_):
    return sort_key(slice_.once["instance"])


def _protocol_of(slice_):
    return (slice_.kernel, slice_.voltage_kvp or 0.0)


def _kind_of(slice_):
    """What a monitoring slice may have other than the scan."""
    return (
        slice_.size,
        tuple(np.round(slice_.pixel_mm, 4)),
        tuple(np.round(slice_.orientation, 2)),
        slice_.thickness_mm or 0.0,
        slice_.image_type,
    )


def _levels_of(slices):
    return np.sort([slice_.position @ slices[0].normal for slice_ in slices])


def _count_levels(slices):
    return 1 + int((np.diff(_levels_of(slices)) > SAME_LEVEL_MM).sum())


def _has_whole(groups, slices):
    """Whether one group at least is as long as all slices together."""
    longest = max(np.ptp(_levels_of(group)) for group in groups)
    return longest >= MIN_COMPLETE * np.ptp(_levels_of(slices))


def _overlap(groups):
    """Whether two groups show the same part of the body, and not parts side by side."""
    ranges = sorted((levels[0], levels[-1]) for levels in map(_levels_of, groups))
    reach = -np.inf
    for low, high in ranges:
        if low < reach - SAME_LEVEL_MM:
            return True
        reach = max(reach, high)
    return False
