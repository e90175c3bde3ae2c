"""Figure 2: the steps of the study, drawn on one of its patients."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from osteoct.cohort.diagnosis import CLASSES
from osteoct.figures import slices
from osteoct.figures.style import ACCENT, CLASS_COLOURS, DOUBLE_COLUMN_INCHES, GRID, INK, MUTED

HEIGHT_INCHES = 4.6
COLUMNS, WIDTH = (0.008, 0.343, 0.678), 0.297
ROWS, HEIGHT = (0.53, 0.03), 0.335  # lower edges, in fractions of the figure


def draw_pipeline(*, pictures, filtered, funnel, probabilities, headings, sketch):
    """The pipeline in six panels: CT, coarse, fine, features, selection, class.

    Parameters
    ----------
    pictures : list of three ndarray of uint8, shape (height, width)
        CT, coarse and fine mask, from ``slices.paint``.
    filtered : list of (str, ndarray of float, shape (height, width))
        Name and values of images that features are measured in.
    funnel : list of (str, int)
        Step of the selection, and how many features there are after it.
    probabilities : dict of str to float
        The patient's, by class.
    headings : list of six (str, str)
        Title and a line below it for each panel.
    sketch : str
        How the classifier is drawn, one of `SKETCHES`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, HEIGHT_INCHES))
    figure.set_layout_engine("none")
    canvas = figure.add_axes((0, 0, 1, 1))
    canvas.set(xlim=(0, 1), ylim=(0, 1))
    canvas.axis("off")
    places = [(column, row) for row in ROWS for column in COLUMNS]
    for number, ((left, low), (title, line)) in enumerate(zip(places, headings, strict=True), 1):
        top = low + HEIGHT
        canvas.text(left, top + 0.075, f"{number}  {title}", weight="bold", size=9, color=INK)
        canvas.text(left, top + 0.064, line, size=7, color=MUTED, linespacing=1.25, va="top")
    for picture, (left, low) in zip(pictures, places, strict=False):
        _show(figure, (left, low, WIDTH, HEIGHT), slices.as_rgb(picture))
    _filtered(figure, places[3], filtered)
    _funnel(figure, places[4], funnel)
    SKETCHES[sketch](_sketch_axes(figure, places[5]))
    _bars(figure, places[5], probabilities)
    _arrows(canvas)
    return figure


def _show(figure, box, picture, **style):
    """A picture that fills a box of the figure, cut to the box's shape."""
    axes = figure.add_axes(box)
    width, height = box[2] * DOUBLE_COLUMN_INCHES, box[3] * HEIGHT_INCHES
    axes.imshow(cut_to_shape(picture, width / height), aspect="auto", **style)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    return axes


def cut_to_shape(picture, shape):
    """The middle of a picture with a given ratio of width to height.

    Parameters
    ----------
    picture : ndarray, shape (height, width, ...)
    shape : float
        Width over height.

    Returns
    -------
    ndarray
    """
    height, width = picture.shape[:2]
    wide, high = min(width, round(height * shape)), min(height, round(width / shape))
    left, top = (width - wide) // 2, (height - high) // 2
    return picture[top : top + high, left : left + wide]


def _filtered(figure, place, filtered):
    """Panel 4: the images that features are measured in, side by side."""
    gap = 0.006
    width = (WIDTH - gap * (len(filtered) - 1)) / len(filtered)
    for number, (name, values) in enumerate(filtered):
        box = (place[0] + number * (width + gap), place[1] + 0.055, width, HEIGHT - 0.055)
        axes = _show(figure, box, values, cmap="gray")
        axes.set_xlabel(name, color=INK, size=7, labelpad=3)


def _funnel(figure, place, funnel):
    """Panel 5: how many features each step leaves, bars as long as the count's square root."""
    axes = figure.add_axes((place[0] + 0.105, place[1] + 0.02, WIDTH - 0.16, HEIGHT - 0.04))
    lengths = [count**0.5 for _, count in funnel]
    axes.barh(range(len(funnel)), lengths, height=0.62, color=ACCENT)
    axes.invert_yaxis()
    axes.set_yticks(range(len(funnel)), [name for name, _ in funnel], size=7.5)
    for row, (length, (_, count)) in enumerate(zip(lengths, funnel, strict=True)):
        axes.text(length + max(lengths) * 0.03, row, f"{count:,}", va="center", weight="bold")
    axes.tick_params(length=0)
    axes.set_xticks([])
    axes.spines[["bottom", "left"]].set_visible(False)


def _sketch_axes(figure, place):
    """Panel 6, left: axes for the sketch of the classifier."""
    axes = figure.add_axes((place[0], place[1] + 0.08, 0.1, HEIGHT - 0.13))
    axes.set(xlim=(-1.2, 1.2), ylim=(0, 9))
    axes.axis("off")
    return axes


def _draw_trees(axes):
    """Three small trees that stand for a forest."""
    colours = [CLASS_COLOURS[name] for name in CLASSES]
    for number, base in enumerate((6.3, 3.3, 0.3)):
        nodes = [(0, 2), (-0.6, 1), (0.6, 1), (-0.9, 0), (-0.3, 0), (0.3, 0), (0.9, 0)]
        for child in range(1, 7):
            ends = zip(nodes[child], nodes[(child - 1) // 2], strict=True)
            x, y = ends
            axes.plot(x, [base + height for height in y], color=MUTED, lw=0.8, zorder=1)
        for node, (x, y) in enumerate(nodes):
            colour = INK if node < 3 else colours[(node + number) % 3]
            axes.scatter(x, base + y, s=13, color=colour, zorder=2)


def _draw_curves(axes):
    """One curve for each class: its probability along a score, stacked from first to last."""
    score = np.linspace(-1.1, 1.1, 101)
    heights = np.exp(np.multiply.outer((-6, 0, 6), score) - np.array([[2.5], [0], [2.5]]))
    for name, probability in zip(CLASSES, heights / heights.sum(axis=0), strict=True):
        axes.plot(score, 1.5 + 6 * probability, color=CLASS_COLOURS[name], lw=1.4)
    axes.plot([-1.1, 1.1], [1.5, 1.5], color=MUTED, lw=0.8)


SKETCHES = {"trees": _draw_trees, "curves": _draw_curves}


def _bars(figure, place, probabilities):
    """Panel 6, right: the probabilities of this patient."""
    axes = figure.add_axes((place[0] + 0.115, place[1] + 0.09, WIDTH - 0.15, HEIGHT - 0.15))
    for row, name in enumerate(CLASSES):
        axes.barh(row, 1, height=0.3, color=GRID)
        axes.barh(row, probabilities[name], height=0.3, color=CLASS_COLOURS[name])
        axes.text(0, row - 0.24, name, size=7.5)
        axes.text(1, row - 0.24, f"{probabilities[name]:.2f}", size=7.5, ha="right", weight="bold")
    axes.set(xlim=(0, 1), ylim=(len(CLASSES) - 0.7, -0.6))
    axes.axis("off")


def _arrows(canvas):
    """From each panel to the next one; the third leads down to the fourth."""
    style = {"arrowstyle": "-|>", "mutation_scale": 9, "color": MUTED, "lw": 1.1}
    for low in ROWS:
        height = low + HEIGHT / 2
        for left in COLUMNS[1:]:
            canvas.add_patch(
                FancyArrowPatch((left - 0.037, height), (left - 0.003, height), **style)
            )
    turn = ROWS[0] - 0.022
    corners = [COLUMNS[2] + WIDTH / 2] * 2 + [COLUMNS[0] + WIDTH / 2]
    canvas.plot(corners, [ROWS[0] - 0.004, turn, turn], color=MUTED, lw=1.1)
    start, end = (COLUMNS[0] + WIDTH / 2, turn), (COLUMNS[0] + WIDTH / 2, turn - 0.03)
    canvas.add_patch(FancyArrowPatch(start, end, **{**style, "shrinkA": 0, "shrinkB": 0}))
