"""Figure S3: decision curves, the net benefit of referral by each model."""

import numpy as np
from matplotlib.figure import Figure

from osteoct.classification.predictions import EVALUATED
from osteoct.evaluation.decisions import DECISIONS
from osteoct.figures.style import ACCENT, CLASS_COLOURS, DOUBLE_COLUMN_INCHES, GRID, INK, MUTED

HEIGHT_INCHES = 5.2
LOOKS = {
    "radiomics": {"color": CLASS_COLOURS["normal"], "linewidth": 1.6, "zorder": 4},
    "mean HU": {"color": CLASS_COLOURS["osteopenia"], "linestyle": (0, (4, 2)), "zorder": 3},
    "age and sex": {"color": ACCENT, "linestyle": (0, (1, 1.4)), "zorder": 3},
    "refer all": {"color": MUTED, "linewidth": 0.9, "zorder": 2},
}
BELOW_ZERO = 0.25  # fraction of the largest benefit that is shown below none


def draw_decisions(curves, *, confidence):
    """Net benefit against threshold: osteoporosis, and low bone mass, each against the rest.

    Parameters
    ----------
    curves : DataFrame
        As `decisions.decision_curves` returns it.
    confidence : float in (0, 1)
        Of the band.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, HEIGHT_INCHES))
    panels = figure.subplots(len(EVALUATED), len(DECISIONS), sharex=True)
    for row, split in zip(panels, EVALUATED, strict=True):
        for axes, decision in zip(row, DECISIONS, strict=True):
            here = curves[(curves["split"] == split) & (curves["decision"] == decision)]
            draw_panel(axes, here)
            patients, positives = here[["patients", "positives"]].iloc[0]
            title = f"{decision.capitalize()}, {split} (n = {positives} of {patients})"
            axes.set_title(title, loc="left", fontsize=8)
    for axes in panels[:, 0]:
        axes.set_ylabel("Net benefit")
    for axes in panels[-1]:
        axes.set_xlabel("Threshold probability of a referral")
    lines = panels[0, 0].get_lines()
    figure.legend(handles=lines, loc="outside upper right", ncols=len(lines))
    figure.supxlabel(
        "Net benefit: needed referrals for each patient, less the needless ones at the odds of the "
        f"threshold.\nBand: pointwise {confidence:.0%} bootstrap interval of radiomics.",
        fontsize=7,
        color=MUTED,
    )
    return figure


def draw_panel(axes, curves):
    """Every model of one decision in one split, and the line of referring nobody."""
    axes.axhline(0, color=INK, linewidth=0.7, zorder=1, label="Refer none")
    for model, look in LOOKS.items():
        curve = curves[curves["model"] == model]
        if curve.empty:  # e.g. of age, where it is not known
            continue
        axes.plot(
            curve["threshold"], curve["net_benefit"], label=model[:1].upper() + model[1:], **look
        )
    band = curves[curves["model"] == "radiomics"]
    axes.fill_between(band["threshold"], band["low"], band["high"], color=GRID, zorder=0, alpha=0.8)
    top = np.nanmax([0.05, *curves["net_benefit"], *band["high"]])
    axes.set(xlim=(0, curves["threshold"].max()), ylim=(-BELOW_ZERO * top, 1.05 * top))
