"""The table of realism: real hips, phantoms, target, and whether the target holds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from realism_measures.density import correlation, partial_correlation

MIN_FRACTION = 0.9  # of the phantoms that must lie between a target's ends
MOST = 0.5
MIN_PHANTOMS = 10  # fewer do not say how hips differ from each other
MISSING = "–"


@dataclass
class Row:
    """One line of the table.

    Attributes
    ----------
    measure : str
    real : dict of str to str
        By real hip; empty where it cannot be measured on one hip.
    phantoms, target : str
    holds : bool or None
        None where it was not measured.
    """

    measure: str
    real: dict
    phantoms: str
    target: str
    holds: bool | None


def make_table(hips, phantoms, fractions):
    """All rows.

    Parameters
    ----------
    hips, phantoms : DataFrame
        Measures of the real hips and of the phantoms, one row each, named by its index.
    fractions : Series
        Fraction of features outside the phantoms' range, by real hip, and `all of them`.

    Returns
    -------
    list of Row
    """
    return [
        range_row("noise SD in muscle, HU", "noise_sd_hu", hips, phantoms, (15, 30), 0),
        range_row("noise correlation, lag 1 along y", "noise_lag_y", hips, phantoms, (0.1, 0.3)),
        range_row("noise anisotropy", "noise_anisotropy", hips, phantoms, (0.35, 0.65)),
        range_row(
            "head core minus neck core, HU",
            "head_minus_neck_hu",
            hips,
            phantoms,
            (65, 150),
            0,
            min_fraction=MOST,
        ),
        dim_heads(hips, phantoms),
        *feature_rows(hips, fractions),
        fat_row(hips, phantoms),
        *density_rows(phantoms),
    ]


def range_row(measure, column, hips, phantoms, limits, digits=2, *, min_fraction=MIN_FRACTION):
    """A measure whose target is a range; it holds if enough phantoms lie in it."""
    values = phantoms[column].dropna()
    within = values.between(*limits).mean() if len(values) else np.nan
    low, high = limits
    return Row(
        measure,
        _by_hip(hips[column], digits),
        f"{_spread(values, digits)}; {within:.0%} within",
        f"{low:g} to {high:g} in {min_fraction:.0%} or more",
        bool(within >= min_fraction) if len(values) else None,
    )


def dim_heads(hips, phantoms, *, dim_hu=100, max_fraction=0.02):
    """How many heads are darker than real ones are."""
    heads = phantoms["head_core_hu"]
    dim = (heads < dim_hu).mean()
    return Row(
        "head core, HU",
        _by_hip(hips["head_core_hu"], 0),
        f"{_spread(heads, 0)}; {dim:.0%} below {dim_hu}",
        f"below {dim_hu} in {max_fraction:.0%} or fewer",
        bool(dim <= max_fraction),
    )


def feature_rows(hips, fractions):
    """Features of each real hip, and of all at once, outside the phantoms' range."""
    each = {name: f"{fractions[name]:.0%}" for name in hips.index}
    worst = max((fractions[name] for name in hips.index), default=np.nan)
    both = fractions.get("all of them", np.nan)
    measure = "features outside the phantoms' range"
    return [
        Row(measure, each, "", "10% or fewer of each", bool(worst <= 0.10) if each else None),
        Row(
            "the same features outside for all real hips",
            {name: f"{both:.0%}" for name in hips.index},
            "",
            "5% or fewer",
            bool(both <= 0.05) if each else None,
        ),
    ]


def fat_row(hips, phantoms, *, spread_hu=(3, 7)):
    """Where fat peaks, and how much that differs between patients."""
    peaks = phantoms["fat_peak_hu"]
    enough = len(peaks) >= MIN_PHANTOMS
    return Row(
        "fat peak, HU",
        _by_hip(hips["fat_peak_hu"], 0),
        f"mean {peaks.mean():.0f}, SD {peaks.std():.1f}",
        f"SD about 5 ({spread_hu[0]} to {spread_hu[1]})",
        bool(spread_hu[0] <= peaks.std() <= spread_hu[1]) if enough else None,
    )


def density_rows(phantoms):
    """Correlations with density between phantoms."""
    neck, t_score = phantoms["neck_core_hu"], phantoms["t_score"]
    with_t = correlation(neck, t_score)
    partial = partial_correlation(phantoms["cortical_thickness"], neck, t_score)
    enough = len(phantoms) >= MIN_PHANTOMS
    return [
        Row(
            "neck core's HU against T-score, r",
            {},
            f"{with_t:.2f}",
            "0.7 to 0.9",
            bool(0.7 <= with_t <= 0.9) if enough else None,
        ),
        Row(
            "cortical thickness and neck core's HU, given T, r",
            {},
            f"{partial:+.2f}",
            "0 or more",
            bool(partial >= 0) if enough else None,
        ),
    ]


def as_frame(rows, names):
    """The rows as text, with a column for each real hip."""
    answers = {True: "yes", False: "no", None: MISSING}
    return pd.DataFrame(
        [
            {
                "measure": row.measure,
                **{name: row.real.get(name, MISSING) for name in names},
                "phantoms, median (5–95%)": row.phantoms or MISSING,
                "target": row.target,
                "holds": answers[row.holds],
            }
            for row in rows
        ]
    )


def as_markdown(frame):
    """A data frame as a table of a Markdown page."""
    lines = [list(frame.columns), ["---"] * len(frame.columns), *frame.astype(str).to_numpy()]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _by_hip(values, digits):
    return {name: f"{value:.{digits}f}" for name, value in values.items() if np.isfinite(value)}


def _spread(values, digits):
    low, middle, high = np.nanpercentile(values, [5, 50, 95]) if len(values) else [np.nan] * 3
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
