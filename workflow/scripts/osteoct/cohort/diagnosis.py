"""From T-scores to a bone status: which measurement decides, and where the edges lie."""

import math

CLASSES = ("normal", "osteopenia", "osteoporosis")
MIN_PATIENTS = 2  # of each class: one trains, one validates; and of one class two must train


def titled(name):
    """A class as a heading or cell starts with it: small letters alone get a capital.

    Examples
    --------
    >>> titled("normal"), titled("pT2b")
    ('Normal', 'pT2b')
    """
    return name.capitalize() if name.islower() else name


def diagnose(t_score, *, osteopenia_below, osteoporosis_at_or_below):
    """Bone status of a T-score.

    With the paper's edges: normal at T >= -1, osteopenia at -2.5 < T < -1, osteoporosis at
    T <= -2.5.

    Parameters
    ----------
    t_score : float
    osteopenia_below : float
        A T-score of exactly this is normal.
    osteoporosis_at_or_below : float
        A T-score of exactly this is osteoporotic.

    Returns
    -------
    str
        One of `CLASSES`.

    Raises
    ------
    ValueError
        If the T-score is missing.

    References
    ----------
    World Health Organization (1994). Assessment of fracture risk and its application to
    screening for postmenopausal osteoporosis. Technical Report Series 843.

    Examples
    --------
    >>> diagnose(-2.5, osteopenia_below=-1.0, osteoporosis_at_or_below=-2.5)
    'osteoporosis'
    """
    if math.isnan(t_score):
        raise ValueError("A missing T-score has no diagnosis; leave such patients unlabelled.")
    if t_score <= osteoporosis_at_or_below:
        return "osteoporosis"
    return "osteopenia" if t_score < osteopenia_below else "normal"


def deciding_t_scores(measurements, *, side, regions):
    """The lowest T-score of every patient's hip, and the region that has it.

    Parameters
    ----------
    measurements : iterable of dict
        Rows of qct.tsv: patient, side, region, t_score (None or nan where there is none).
    side : {"left", "right"}
        The studied hip.
    regions : list of str
        Regions that may decide; of equal T-scores the earlier one is named.

    Returns
    -------
    dict of str to tuple of (float, str)
        Patient to T-score and region; only patients with a T-score there.

    References
    ----------
    International Society for Clinical Densitometry (2023). Official positions, adult: the lowest
    T-score of femoral neck and total hip decides.
    """
    scores = _scores_by_region(measurements, side, regions)
    lowest = {
        patient: min(of.items(), key=lambda pair: (pair[1], regions.index(pair[0])))
        for patient, of in scores.items()
    }
    return {patient: (t_score, region) for patient, (region, t_score) in lowest.items()}


def half_measured(measurements, *, side, regions):
    """Patients of whose hip some of the deciding regions have a T-score, and others have none.

    Parameters
    ----------
    measurements, side, regions
        As for `deciding_t_scores`.

    Returns
    -------
    list of str
    """
    scores = _scores_by_region(measurements, side, regions)
    return [patient for patient, of in scores.items() if len(of) < len(regions)]


def _scores_by_region(measurements, side, regions):
    """Patient to region to the lowest T-score there."""
    found = {}
    for row in measurements:
        t_score, region = row["t_score"], row["region"]
        is_known = t_score is not None and not math.isnan(t_score)
        if is_known and row["side"] == side and region in regions:
            of = found.setdefault(row["patient"], {})
            of[region] = min(float(t_score), of.get(region, math.inf))
    return found
