"""Figure S2: calibration curves."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from osteoct.classification.predictions import (
    EVALUATED,
    classes_of,
    of_split,
    probabilities_of,
    reported_classes,
)
from osteoct.cohort.diagnosis import titled
from osteoct.evaluation.calibration import FORMS, reliability
from osteoct.evaluation.methods import NAMES
from osteoct.evaluation.temperature import apply_temperature
from osteoct.figures.style import DOUBLE_COLUMN_INCHES, GRID, INK, MUTED, colours_of, plain

PANEL_INCHES = 2.2
MAX_BESIDE = 4
DASHED = {"marker": "D", "markerfacecolor": "white", "linestyle": (0, (3, 2))}
LOOKS = dict(zip(FORMS, ({"marker": "o"}, DASHED), strict=True))
ASIDE = dict(zip(FORMS, (-0.006, 0.006), strict=True))  # so that bars of both forms stay apart


def draw_calibration(predictions, temperature, intervals):
    """Observed against predicted fractions in bins of patients, by class and split.

    Parameters
    ----------
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    temperature : float > 0
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    matplotlib.figure.Figure
    """
    classes, reported = classes_of(predictions), reported_classes(predictions)
    colours = colours_of(reported)
    panels = _panels(figure := Figure(), len(reported))
    for row, split in zip(panels, EVALUATED, strict=True):
        table = of_split(predictions, split)
        given = probabilities_of(table)
        softened = apply_temperature(given, temperature)
        for axes, name in zip(row, reported, strict=True):
            code = classes.index(name)
            is_positive = (table["diagnosis"] == name).to_numpy()
            axes.plot([0, 1], [0, 1], color=GRID, linewidth=1, zorder=0)
            for form, probabilities in zip(FORMS, (given, softened), strict=True):
                points = reliability(is_positive, probabilities[:, code], intervals)
                draw_points(axes, points, colours[name], form)
            title = f"{plain(titled(name))}, {split}"
            axes.set_title(title, loc="left", fontsize=8)
            counts = f"n = {int(is_positive.sum())} of {len(table)}"
            axes.text(0.04, 0.95, counts, transform=axes.transAxes, va="top", fontsize=7, color=INK)
    finish(figure, panels, intervals)
    return figure


def _panels(figure, n_classes):
    """Square panels, by split and class; at most `MAX_BESIDE` beside each other."""
    beside = min(n_classes, MAX_BESIDE)
    lines = -(-n_classes // beside)
    figure.set_size_inches(DOUBLE_COLUMN_INCHES, PANEL_INCHES * lines * len(EVALUATED) + 1)
    grid = figure.subplots(lines * len(EVALUATED), beside, sharex=True, sharey=True, squeeze=False)
    for axes in grid.reshape(len(EVALUATED), -1)[:, n_classes:].flat:
        axes.set_visible(False)
    return grid.reshape(len(EVALUATED), -1)[:, :n_classes]


def draw_points(axes, points, colour, form):
    """One form of the probabilities: a point and an interval for each bin."""
    axes.errorbar(
        points["predicted"] + ASIDE[form],
        points["observed"],
        yerr=[points["observed"] - points["low"], points["high"] - points["observed"]],
        color=colour,
        markersize=4.5,
        linewidth=0.9,
        elinewidth=0.8,
        capsize=1.6,
        zorder=2 + FORMS.index(form),
        **LOOKS[form],
    )


def finish(figure, panels, intervals):
    """Shared axes, one legend, and what the bars are."""
    for axes in panels.flat:
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
        axes.set_xticks([0, 0.5, 1])
        axes.set_yticks([0, 0.5, 1])
    for axes in panels[:, 0]:
        axes.set_ylabel("Observed fraction")
    for axes in panels[-1]:
        axes.set_xlabel("Mean predicted probability")
    handles = [
        Line2D([], [], color=INK, markersize=4.5, linewidth=0.9, label=form.capitalize(), **look)
        for form, look in LOOKS.items()
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=len(FORMS), handlelength=2.8)
    figure.supxlabel(
        "Points: bins of equally many patients, by rising probability, with "
        f"{intervals.confidence:.0%} intervals of the observed fraction "
        f"({NAMES[intervals.proportion]}).\nThe temperature was fitted on the validation patients.",
        fontsize=7,
        color=MUTED,
    )
