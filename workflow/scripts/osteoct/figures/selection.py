"""Figure 3: the LASSO path, its cross-validation and the selected features."""

import numpy as np
from matplotlib.figure import Figure

from osteoct.cohort.diagnosis import CLASSES
from osteoct.features.names import readable
from osteoct.figures.style import (
    ACCENT,
    CLASS_COLOURS,
    DOUBLE_COLUMN_INCHES,
    GRID,
    INK,
    MUTED,
    plain,
)

TOWARDS_LAST = CLASS_COLOURS["osteoporosis"]
TOWARDS_FIRST = CLASS_COLOURS["normal"]
LONGEST_NAME = 64
UPPER_INCHES, LOWER_INCHES, MEANINGS_INCHES = 2.6, 3.3, 1.6


def draw_selection(record, stability, meanings, *, classes=CLASSES):
    """The LASSO's path, its cross-validation, and the features it chose, with their meaning.

    A knot is a penalty at which a feature enters or leaves the path.

    Parameters
    ----------
    record : dict
        ``results/model/selection.json``, from `model.fit_classifier`.
    stability : DataFrame
        As `stability.tabulate_stability` returns it.
    meanings : dict of str to str
        Of the selected features, from `dictionary.meanings`; what it lacks gets no line.
    classes : sequence of str
        In their order: coefficients point from the first to the last.

    Returns
    -------
    matplotlib.figure.Figure
        Panels a to d in `figure.axes`, panel e where meanings are known, then the colour bar.
    """
    heights = [UPPER_INCHES, LOWER_INCHES, *([MEANINGS_INCHES] if meanings else [])]
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, sum(heights)), layout="constrained")
    top, bottom, *below = figure.subfigures(len(heights), 1, height_ratios=heights, hspace=0.03)
    path, curve = top.subplots(1, 2, sharex=True, gridspec_kw={"wspace": 0.08})
    bars, heat = bottom.subplots(1, 2, width_ratios=[0.62, 1])
    _draw_path(path, record)
    _draw_curve(curve, record)
    _draw_coefficients(bars, record, plain(f"{classes[0]} ←  per SD  → {classes[-1]}"))
    _write_frequencies(bars, record, stability)
    shades = _draw_correlation(heat, record)
    for panel in below:
        _write_meanings(panel.subplots(), record, meanings)
    bottom.colorbar(shades, ax=heat, label="Pearson correlation", ticks=[-1, 0, 1], aspect=30)
    path.set_title("a  LASSO path", loc="left")
    curve.set_title("b  Its cross-validation", loc="left")
    bars.set_title("c  Coefficients at that knot", loc="right")
    heat.set_title("d  Their correlations", loc="left")
    return figure


def _draw_path(axes, record):
    """Coefficients from strong penalty (left) to weak, those at the chosen knot in colour."""
    path, chosen = record["path"], record["coefficients"]
    penalty = np.maximum(path["alpha"], _weakest_shown(record))
    for name in sorted(path["coefficients"]):
        kept = name in chosen
        colour = _colour(chosen[name]) if kept else GRID
        values = path["coefficients"][name]
        axes.plot(penalty, values, color=colour, linewidth=1.0, zorder=2 + kept)
    axes.axhline(0, color=INK, linewidth=0.6)
    axes.set(xscale="log", xlabel="Penalty α (weaker to the right)", ylabel="Coefficient per SD")
    axes.set_xlim(penalty.max() * 1.15, penalty.min())
    _mark_choices(axes, record)


def _weakest_shown(record):
    """Penalty at the right edge: what lies beyond, down to none at all, is drawn on it."""
    strongest = max(record["path"]["alpha"])
    return max(min(record["path"]["chosen_alpha"] * 0.7, strongest * 1e-3), strongest * 1e-5)


def _draw_curve(axes, record):
    """Error of the patients left out, mean and standard error over the folds."""
    curve = record["curve"]
    axes.set(xlabel="Penalty α (weaker to the right)", ylabel="Mean squared error")
    if not curve["alpha"]:
        text = "Too few training patients\nfor a cross-validation"
        axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED)
        axes.set_yticks([])
        return
    mean, error = np.array(curve["mean"]), np.array(curve["standard_error"])
    axes.fill_between(curve["alpha"], mean - error, mean + error, color=GRID, linewidth=0)
    axes.plot(curve["alpha"], mean, color=INK, label=f"mean of {curve['folds']} folds ± SE")
    low, high = (mean - error).min(), (mean + error).max()
    axes.set_ylim(low - 0.05 * (high - low), high + 0.4 * (high - low))  # the legend on top
    _mark_choices(axes, record)
    axes.legend(loc="upper right", frameon=True, facecolor="white", framealpha=1, edgecolor="none")


def _mark_choices(axes, record):
    """Vertical lines where the model's features were taken, and where the error is smallest."""
    axes.axvline(
        max(record["path"]["chosen_alpha"], _weakest_shown(record)),
        color=ACCENT,
        label=f"taken: first knot with {len(record['lasso'])} features",
    )
    if record["curve"]["chosen_alpha"]:
        axes.axvline(
            record["curve"]["chosen_alpha"],
            color=MUTED,
            linestyle="--",
            label=f"smallest error: {record['curve']['chosen_count']} features",
        )


def _draw_coefficients(axes, record, label):
    """One bar per selected feature, the largest coefficient on top, numbered as in panel d."""
    values = list(record["coefficients"][name] for name in record["lasso"])
    rows = np.arange(len(values))
    axes.barh(rows, values, color=[_colour(value) for value in values], height=0.7)
    axes.axvline(0, color=INK, linewidth=0.6)
    names = [plain(_shortened(readable(name))) for name in record["lasso"]]
    labels = [f"{name}  {row + 1}" for row, name in enumerate(names)]
    axes.set_yticks(rows, labels, fontsize=6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set(ylim=(len(values) - 0.5, -0.5), xlabel=label)


def _shortened(name):
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _write_frequencies(axes, record, stability):
    """Beside each bar how often resamples select its feature, and the index over all."""
    frequency = stability.set_index("feature")["fraction_of_resamples"]
    beside = axes.get_yaxis_transform()
    style = {"fontsize": 6, "color": MUTED}
    for row, name in enumerate(record["lasso"]):
        text = "n/a" if np.isnan(frequency[name]) else f"{frequency[name]:.0%}"
        axes.text(1.03, row, text, va="center", transform=beside, **style)
    axes.text(1.03, -0.75, "again", va="bottom", transform=beside, **style)
    first = stability.iloc[0]
    patients, resamples = record["training"]["n"], first["resamples"]
    text = f"n = {patients} (a to d); again: selected in {resamples} resamples"
    if not np.isnan(first["stability"]):
        limits = f"({first['stability_low']:.2f} to {first['stability_high']:.2f})"
        text += f"; Nogueira’s index {first['stability']:.2f} {limits}"
    axes.text(1.03, -0.17, text, ha="right", va="top", transform=axes.transAxes, **style)


def _write_meanings(axes, record, meanings):
    """One line per selected feature, in the rows of panel c."""
    axes.set_axis_off()
    axes.set_title("e  What a high value means", loc="left")
    axes.set(xlim=(0, 1), ylim=(len(record["lasso"]) - 0.5, -0.5))
    known = [(row, name) for row, name in enumerate(record["lasso"]) if name in meanings]
    for row, name in known:
        style = {"fontsize": 6, "va": "center"}
        axes.text(0.02, row, row + 1, ha="right", color=MUTED, **style)
        axes.text(0.03, row, meanings[name], color=INK, **style)


def _draw_correlation(axes, record):
    """Correlation of every two selected features, in the rows of panel c."""
    correlation = np.array(record["correlation"], dtype=float)
    rows = np.arange(len(correlation))
    shades = axes.imshow(correlation, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto")
    axes.set_xticks(rows, rows + 1, fontsize=6)
    axes.set_yticks(rows, rows + 1, fontsize=6)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return shades


def _colour(coefficient):
    return TOWARDS_LAST if coefficient > 0 else TOWARDS_FIRST
