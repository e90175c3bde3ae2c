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
    here = measurements["side"].eq(side) & measurements["region"].isin(regions)
    scored = measurements[here & measurements["t_score"].notna()].groupby("patient")["region"]
    counts = scored.nunique()
    return list(counts.index[counts < len(regions)])


def deciding_t_scores(measurements, *, side, regions):
    """The lowest T-score of every patient's hip, and the region that has it.

    Parameters
    ----------
    measurements : DataFrame
        Rows of qct.tsv: patient, side, region, t_score.
    side : {"left", "right"}
        The studied hip.
    regions : list of str
        Regions that may decide; of equal T-scores the earlier one is named.

    Returns
    -------
    DataFrame
        Indexed by patient: `t_score`, `region`; only patients with a T-score there.

    References
    ----------
    International Society for Clinical Densitometry (2023). Official positions, adult: the lowest
    T-score of femoral neck and total hip decides.
    """
    here = measurements["side"].eq(side) & measurements["region"].isin(regions)
    scores = measurements[here & measurements["t_score"].notna()]
    scores = scores.assign(
        t_score=scores["t_score"].astype(float), rank=scores["region"].map(list(regions).index)
    )
    scores = scores.sort_values(["patient", "t_score", "rank"]).drop_duplicates("patient")
    return scores.set_index("patient")[["t_score", "region"]]
