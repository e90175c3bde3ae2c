"""Figure 5: ROC curves of every class, with the intervals of Table 3."""

import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from osteoct.classification.predictions import EVALUATED, of_split, reported_classes
from osteoct.cohort.diagnosis import titled
from osteoct.evaluation.methods import printed_method
from osteoct.figures.style import DOUBLE_COLUMN_INCHES, GRID, MUTED, colours_of, plain

HEIGHT_INCHES = 4.3
LINE_INCHES = 0.15  # of the legend, one for each class
REFERENCE = {"linestyle": (0, (4, 2)), "linewidth": 0.7, "alpha": 0.8}


def draw_roc(predictions, values, reference, *, confidence):
    """ROC curves of one class against the rest, in validation and test.

    Parameters
    ----------
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    values : DataFrame
        As `performance.evaluate` returns it: AUCs, operating points and intervals.
    reference : DataFrame
        The same columns as `predictions`, from a simple model drawn thin and dashed behind; without
        rows there is none.
    confidence : float in (0, 1)
        Of the intervals in `values`.

    Returns
    -------
    matplotlib.figure.Figure
        Patients of equal probability make one slanted step, so that the area under the curve is
        the AUC printed.
    """
    classes = reported_classes(predictions)
    colours = colours_of(classes)
    height = HEIGHT_INCHES + LINE_INCHES * len(classes)
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, height))
    figure.get_layout_engine().set(h_pad=0.08)
    for axes, split in zip(figure.subplots(1, len(EVALUATED)), EVALUATED, strict=True):
        table, behind = of_split(predictions, split), of_split(reference, split)
        here = values[values["split"] == split]
        axes.plot([0, 1], [0, 1], color=GRID, linewidth=1, zorder=0)
        for name in classes:
            colour = {"color": colours[name]}
            if len(behind):
                draw_curve(axes, behind, name, zorder=1, **colour, **REFERENCE)
            draw_curve(axes, table, name, zorder=3, label=legend_text(here, name), **colour)
            draw_operating_point(axes, here, name, **colour)
        finish(axes, f"{split.capitalize()} (n = {len(table)})", confidence)
    beside = " Dashed: mean HU of the femur alone." if len(reference) else ""
    figure.supxlabel(
        f"Dots: most probable class, with {confidence:.0%} intervals of sensitivity and "
        f"specificity ({printed_method(values, 'sensitivity')}).{beside}\n"
        f"Interval of the AUC: {printed_method(values, 'auc')}.",
        fontsize=7,
        color=MUTED,
    )
    return figure


def draw_curve(axes, table, name, **style):
    """The ROC curve of one class, or an empty legend entry where it is undefined."""
    is_positive = (table["diagnosis"] == name).to_numpy()
    false_rate, true_rate = [np.nan], [np.nan]
    if is_positive.any() and not is_positive.all():
        score = table[f"p_{name}"]
        false_rate, true_rate, _ = roc_curve(is_positive, score, drop_intermediate=False)
    axes.plot(false_rate, true_rate, **style)


def draw_operating_point(axes, values, name, **style):
    """Sensitivity and specificity at the most probable class, each with its interval."""
    found = values[(values["class"] == name) & (values["decision"] == "argmax")]
    found = found.set_index("measure")
    sensitivity, specificity = found.loc["sensitivity"], found.loc["specificity"]
    if np.isnan(sensitivity["estimate"]) or np.isnan(specificity["estimate"]):
        return
    x, y = 1 - specificity["estimate"], sensitivity["estimate"]
    axes.errorbar(
        x,
        y,
        xerr=[[x - (1 - specificity["high"])], [1 - specificity["low"] - x]],
        yerr=[[y - sensitivity["low"]], [sensitivity["high"] - y]],
        **style,
        marker="o",
        markersize=5.5,
        markeredgecolor="white",
        elinewidth=0.8,
        capsize=1.8,
        zorder=4,
    )


def legend_text(values, name):
    """Class, AUC, its interval, and how many patients it rests on."""
    row = values[(values["class"] == name) & (values["measure"] == "auc")].iloc[0]
    patients = f"{row['n_positive']:.0f} / {row['n_negative']:.0f}"
    label = plain(titled(name))
    if np.isnan(row["estimate"]):
        return f"{label}: undefined; {patients}"
    return f"{label}: {row['estimate']:.3f} ({row['low']:.3f}–{row['high']:.3f}); {patients}"


def finish(axes, title, confidence):
    """Equal axes with room for marks on the frame, and the legend below the curves."""
    axes.set_title(title, loc="left")
    axes.set(xlabel="1 − specificity", ylabel="Sensitivity", aspect="equal")
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    ticks = np.linspace(0, 1, 6)
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)
    legend = axes.legend(
        title=f"AUC ({confidence:.0%} CI); patients with / without",
        loc="upper left",
        bbox_to_anchor=(0, -0.14),
        handlelength=1.5,
        borderaxespad=0,
        alignment="left",
    )
    legend.get_title().set_fontsize(7)
