"""Figure S5: CT number of the bone against the T-score."""

import numpy as np
from matplotlib.figure import Figure

from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.density import MEASUREMENTS
from osteoct.figures.style import CLASS_COLOURS, DOUBLE_COLUMN_INCHES, INK, MUTED

HEIGHT_INCHES = 3.4


def draw_density(table, found, *, at_t_score, confidence):
    """Every patient's CT number and T-score, with the line of the table.

    Parameters
    ----------
    table, found : DataFrame
        From `density.density_of` and `density.relate`.
    at_t_score : float
        Where the line is read off.
    confidence : float in (0, 1)
        Of the intervals in `found`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, HEIGHT_INCHES))
    panels = figure.subplots(1, len(MEASUREMENTS))
    for axes, (column, name) in zip(panels, MEASUREMENTS.items(), strict=True):
        here = table[["t_score", "diagnosis", column]].dropna()
        row = found.set_index("measurement").loc[name]
        for status in CLASSES:
            of_status = here[here["diagnosis"] == status]
            look = {"s": 12, "color": CLASS_COLOURS[status], "linewidths": 0, "alpha": 0.8}
            axes.scatter(of_status["t_score"], of_status[column], label=status, **look)
        draw_line(axes, here["t_score"], row, at_t_score)
        axes.set_title(f"{name[:1].upper()}{name[1:]} (n = {len(here)})", loc="left", fontsize=8)
        axes.text(0.03, 0.97, _line_text(row), transform=axes.transAxes, va="top", fontsize=7)
        axes.set(xlabel="T-score", ylabel="CT number, HU")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=len(labels))
    figure.supxlabel(
        f"Bar: {confidence:.0%} interval of the line at T = {at_t_score:g}.".replace("-", "−"),
        fontsize=7,
        color=MUTED,
    )
    return figure


def draw_line(axes, t_score, row, at_t_score):
    """The fitted line over the patients' T-scores, with its interval where it is read off."""
    if np.isnan(row["slope"]):
        return
    ends = np.array([t_score.min(), t_score.max()])
    axes.plot(ends, row["intercept"] + row["slope"] * ends, color=INK, linewidth=1)
    bar = [[row["hu"] - row["hu_low"]], [row["hu_high"] - row["hu"]]]
    axes.errorbar(
        [at_t_score], [row["hu"]], yerr=bar, color=INK, marker="D", markersize=3, capsize=2
    )


def _line_text(row):
    if np.isnan(row["slope"]):
        return "too few patients for a line"
    return (
        f"slope {row['slope']:.1f} ({row['slope_low']:.1f} to {row['slope_high']:.1f}) HU per T\n"
        f"r {row['r']:.2f} ({row['r_low']:.2f} to {row['r_high']:.2f})"
    )
