"""Figure S4: robustness of the features to small changes of scan and mask."""

import numpy as np
from matplotlib.figure import Figure

from fastradiomics import CLASSES
from osteoct.features.names import readable
from osteoct.figures.style import ACCENT, CLASS_COLOURS, DOUBLE_COLUMN_INCHES, GRID, INK, MUTED

HEIGHT_INCHES = 6.4
MIN_ICC = 0.0  # lower ones are drawn here
KINDS = {
    "noise": (CLASS_COLOURS["normal"], "-"),
    "translation": (CLASS_COLOURS["osteopenia"], "-"),
    "rotation": (CLASS_COLOURS["osteopenia"], (0, (3, 1.5))),
    "boundary": (CLASS_COLOURS["osteoporosis"], "-"),
    "volume": (CLASS_COLOURS["osteoporosis"], (0, (3, 1.5))),
    "readers": (ACCENT, "-"),
    "all": (INK, "-"),
}
WORDS = {"volume": "growth, shrinkage", "readers": "two readers", "all": "all changes"}


def draw_robustness(features, selected, *, good_icc, confidence):
    """Fractions of robust features, medians by family and filter, and the model's own features.

    Parameters
    ----------
    features : DataFrame
        As `robustness.summary.feature_robustness` returns it.
    selected : list of str
        The model's features.
    good_icc : float
        A feature with this ICC or more counts as robust.
    confidence : float in (0, 1)
        Of the intervals of panel c.

    Returns
    -------
    matplotlib.figure.Figure
        Panels a to c in `figure.axes`, in that order, then the colour bar; where no femur was
        measured again, one empty panel that says so.
    """
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, HEIGHT_INCHES), layout="constrained")
    if features["all"].isna().all():
        axes = figure.subplots()
        axes.set_axis_off()
        axes.text(0.5, 0.5, "Too few femora were measured again", ha="center", color=MUTED)
        return figure
    top, bottom = figure.subfigures(2, 1, height_ratios=[1, 1.1], hspace=0.03)
    curves, heat = top.subplots(1, 2, width_ratios=[1, 1.15])
    dots = bottom.subplots()
    _draw_fractions(curves, features, good_icc)
    shades = _draw_medians(heat, features)
    top.colorbar(shades, ax=heat, label="Median ICC", aspect=30)
    _draw_selected(dots, features.set_index("feature").loc[selected], good_icc)
    curves.set_title("a  Features that reach an ICC", loc="left")
    heat.set_title("b  All changes, by family", loc="left")
    femora = f"{features['femora'].max()} femora"
    dots.set_title(f"c  The model’s features, {confidence:.0%} interval, {femora}", loc="left")
    return figure


def _draw_fractions(axes, features, good_icc):
    """For every kind of change, the fraction of features that reach each ICC."""
    for kind, (colour, line) in KINDS.items():
        icc = np.sort(features[kind].dropna())
        if not icc.size:
            continue
        fraction = 1 - np.arange(icc.size) / icc.size
        width = 2.0 if kind == "all" else 1.2
        look = {"color": colour, "linestyle": line, "linewidth": width}
        look["label"] = WORDS.get(kind, kind)
        axes.step(np.maximum(icc, MIN_ICC), fraction, where="pre", **look)
    axes.axvline(good_icc, color=GRID, zorder=0)
    axes.set(xlim=(MIN_ICC, 1), ylim=(0, 1.02), xlabel="ICC(2,1)", ylabel="Fraction of features")
    axes.legend(loc="lower left")


def _draw_medians(axes, features):
    """Median ICC over all changes of every family (rows) in every image (columns)."""
    medians = features.groupby(["family", "image"])["all"].median().unstack()
    images = sorted(medians.columns, key=lambda image: (image != "original", image))
    medians = medians.reindex(index=[f for f in CLASSES.values() if f in medians.index])[images]
    shades = axes.imshow(medians.to_numpy(), cmap="cividis", vmin=MIN_ICC, vmax=1, aspect="auto")
    axes.set_xticks(range(len(images)), images, rotation=90, fontsize=6)
    axes.set_yticks(range(len(medians)), medians.index, fontsize=6.5)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for row, column in np.argwhere(medians.notna().to_numpy()):
        value = medians.iat[row, column]
        ink = INK if value > 0.6 else "white"
        text = f"{max(value, MIN_ICC):.2f}".replace("0.", ".")
        axes.text(column, row, text, color=ink, fontsize=5, ha="center", va="center")
    return shades


def _draw_selected(axes, features, good_icc):
    """Each feature of the model: all changes, and two readers where there are any."""
    rows = np.arange(len(features))
    looks = (("all", -0.14, INK, "o"), ("readers", 0.14, ACCENT, "D"))
    for column, offset, colour, marker in looks:
        known = features[column].notna().to_numpy()
        icc, low, high = (
            np.maximum(features[f"{column}{end}"].to_numpy()[known], MIN_ICC)
            for end in ("", "_low", "_high")
        )
        at = rows[known] + offset
        axes.hlines(at, low, high, color=colour, linewidth=1)
        axes.plot(icc, at, marker, color=colour, markersize=3.5, label=WORDS[column])
    axes.axvline(good_icc, color=GRID, zorder=0)
    axes.set_yticks(rows, [readable(name) for name in features.index], fontsize=6.5)
    axes.set(xlim=(MIN_ICC, 1.01), ylim=(len(rows) - 0.4, -0.6), xlabel="ICC(2,1)")
    axes.legend(loc="lower left")
