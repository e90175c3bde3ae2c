"""Figure S6: how far one split’s AUCs lie from those of a nested cross-validation."""

import numpy as np
from matplotlib.figure import Figure

from osteoct.cohort.diagnosis import titled
from osteoct.evaluation.comparison import FOLD, NESTED
from osteoct.evaluation.methods import NAMES
from osteoct.figures.style import ACCENT, DOUBLE_COLUMN_INCHES, GRID, INK, MUTED, colours_of, plain

ROWS = {"training": "training", "validation": "validation", "test": "test", NESTED: "nested"}
ROW_INCHES = 0.2
MARGIN_INCHES = 0.8


def draw_nested(values, *, confidence, method):
    """AUC of each class on every split and nested, with intervals; dots are single folds.

    Parameters
    ----------
    values : DataFrame
        results/tables/comparison_nested_values.csv.
    confidence : float in (0, 1)
    method : str
        Of the intervals, of `methods.AUC`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    classes = list(values["class"].unique())
    rows = len(classes) * (len(ROWS) + 1)
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, MARGIN_INCHES + ROW_INCHES * rows))
    axes = figure.subplots()
    axes.axvline(0.5, color=GRID, linewidth=1, zorder=0)
    ticks = []
    for place, name in enumerate(classes):
        here = values[values["class"] == name]
        top = place * (len(ROWS) + 1)
        _draw_class(axes, here, top, colours_of(classes)[name])
        ticks += [(top + k, f"{plain(titled(name))}, {way}") for k, way in enumerate(ROWS.values())]
    axes.set_yticks(*zip(*ticks, strict=True))
    axes.tick_params(axis="y", length=0)
    axes.set(ylim=(rows - 1, -1), xlim=(min(0.45, axes.get_xlim()[0]), 1.005))
    bars = f"Bars: {confidence:.0%} intervals ({NAMES[method]})"
    axes.set_xlabel(f"AUC. {bars}. Small dots: single outer folds.", color=MUTED)
    return figure


def _draw_class(axes, values, top, colour):
    by_way = values[values["model"] != FOLD].set_index("model")
    for row, way in enumerate(ROWS, start=top):
        found = by_way.loc[way]
        if np.isnan(found["auc"]):
            continue
        own = ACCENT if way == NESTED else colour
        axes.plot([found["low"], found["high"]], [row, row], color=own, linewidth=1.5)
        axes.plot(found["auc"], row, "o", color=own, markersize=5, markeredgecolor=INK)
    folds = values.loc[values["model"] == FOLD, "auc"]
    row = top + list(ROWS).index(NESTED)
    axes.plot(folds, np.full(len(folds), row + 0.35), ".", color=MUTED, markersize=4)
