"""Figure 4: confusion matrices, one for each split."""

import numpy as np
from matplotlib.figure import Figure

from osteoct.classification.predictions import (
    EVALUATED,
    classes_of,
    codes,
    confusion,
    of_split,
)
from osteoct.cohort.diagnosis import titled
from osteoct.evaluation.methods import printed_method
from osteoct.figures.style import DOUBLE_COLUMN_INCHES, GRID, INK, MUTED, plain

HEIGHT_INCHES = 3.6
DARK = 0.55  # fraction of a row from which its cell is dark enough for white text
ROOMY_CLASSES = 4  # more need smaller letters


def draw_confusion(predictions, values, *, confidence, truth="QCT diagnosis"):
    """Confusion matrices of validation and test at the most probable class.

    Parameters
    ----------
    predictions : DataFrame
        As `predictions.read_predictions` returns it.
    values : DataFrame
        As `performance.evaluate` returns it: the recall on the diagonal, its interval, and the
        accuracy in the title are those of Table 3.
    confidence : float in (0, 1)
        Of the intervals in `values`.
    truth : str
        What the rows are.

    Returns
    -------
    matplotlib.figure.Figure
    """
    classes = classes_of(predictions)
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, HEIGHT_INCHES))
    for axes, split in zip(figure.subplots(1, len(EVALUATED)), EVALUATED, strict=True):
        table = of_split(predictions, split)
        coded = [codes(table[column], classes) for column in ("diagnosis", "predicted")]
        matrix = confusion(*coded, len(classes))
        here = values[(values["split"] == split) & (values["decision"] == "argmax")]
        draw_matrix(axes, matrix, recall_rows(here, classes))
        name_axes(axes, classes, matrix.sum(axis=1), truth)
        axes.set_title(title(split, here), loc="left")
    figure.supxlabel(
        "Cells: patients and fraction of their row. Diagonal: recall with its "
        f"{confidence:.0%} interval ({printed_method(values, 'sensitivity')}).",
        fontsize=7,
        color=MUTED,
    )
    return figure


def recall_rows(values, classes):
    """Sensitivity row of each class, in order."""
    found = values[values["measure"] == "sensitivity"].set_index("class")
    return [found.loc[name] for name in classes]


def title(split, values):
    """Name of the split and its accuracy as a count."""
    row = values[(values["class"] == "all") & (values["measure"] == "accuracy")].iloc[0]
    if not row["denominator"] > 0:
        return f"{split.capitalize()}: no patient"
    return (
        f"{split.capitalize()}: {row['numerator']:.0f} of {row['denominator']:.0f} right "
        f"({row['estimate']:.0%})"
    )


def draw_matrix(axes, matrix, diagonal):
    """One matrix: truth in rows, prediction in columns, shaded by the fraction of the row."""
    patients = matrix.sum(axis=1)
    smaller = min(1, ROOMY_CLASSES / len(matrix))
    fraction = matrix / np.maximum(patients, 1)[:, None]
    axes.imshow(fraction, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(matrix):
        colour = "white" if fraction[row, column] > DARK else INK
        axes.text(
            column,
            row - 0.08,
            str(count),
            ha="center",
            va="bottom",
            fontsize=13 * smaller,
            color=colour,
        )
        axes.text(
            column,
            row + 0.02,
            cell_text(
                fraction[row, column], patients[row], diagonal[row] if row == column else None
            ),
            ha="center",
            va="top",
            fontsize=7 * smaller,
            color=colour,
            linespacing=1.3,
        )
    edges = [place - 0.5 for place in range(1, len(matrix))]
    axes.hlines(edges, -0.5, len(matrix) - 0.5, color=GRID, linewidth=0.8)
    axes.vlines(edges, -0.5, len(matrix) - 0.5, color=GRID, linewidth=0.8)
    axes.spines[:].set(visible=True, color=GRID)


def name_axes(axes, classes, patients, truth):
    """Class names on both axes, how many patients each has, and what rows and columns are."""
    names, places = [plain(titled(name)) for name in classes], range(len(classes))
    few = len(classes) <= ROOMY_CLASSES
    axes.set_xticks(places, names, rotation=0 if few else 90)
    axes.set_yticks(
        places,
        [f"{n}{chr(10) if few else ' '}(n = {k})" for n, k in zip(names, patients, strict=True)],
        rotation=90 if few else 0,
        va="center",
        ma="center",
    )
    axes.set(xlabel="Predicted", ylabel=plain(truth))
    axes.tick_params(length=0)


def cell_text(fraction, patients, recall):
    """Under a count: its fraction of the row, on the diagonal with the interval of the recall."""
    if patients == 0:
        return "no patient"
    if recall is None:
        return f"{fraction:.0%}"
    return f"{fraction:.0%}\n({100 * recall['low']:.0f}–{recall['high']:.0%})"
