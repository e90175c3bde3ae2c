"""Figure 1: how the screened patients became three cohorts."""

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from osteoct.diagnosis import CLASSES
from osteoct.figures.style import ACCENT, DOUBLE_COLUMN_INCHES, INK, MUTED

LINE = 0.165  # height of a line of text, in inches like every length here
PADDING = 0.11
GAP = 0.34
LEFT, MIDDLE, RIGHT = 0.1, 3.62, DOUBLE_COLUMN_INCHES - 0.1
TITLES = {
    "screened": "Screened",
    "excluded": "Excluded",
    "unlabelled": "No T-score of the studied hip",
    "included": "Included",
    "development": "Development",
    "training": "Training",
    "validation": "Validation",
    "test": "Test",
}


def draw_flow(counts):
    """Patient flow: screened, excluded with every reason, included, and the three cohorts.

    Parameters
    ----------
    counts : DataFrame
        From `osteoct.cohort.flow_counts`.

    Returns
    -------
    matplotlib.figure.Figure
        As wide as a page; every number is one of `counts`, or a sum of them.
    """
    patients = counts[counts["step"].ne("excluded")].set_index("step")
    excluded = counts[counts["step"].eq("excluded")]
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, 1), layout="none")
    axes = figure.add_axes((0, 0, 1, 1))
    bottom = _draw_selection(axes, patients, excluded)
    bottom = _draw_cohorts(axes, patients, top=bottom)
    height = 0.1 - bottom
    figure.set_size_inches(DOUBLE_COLUMN_INCHES, height)
    axes.set(xlim=(0, DOUBLE_COLUMN_INCHES), ylim=(bottom - 0.05, 0.05))
    axes.axis("off")
    return figure


def _draw_selection(axes, patients, excluded):
    """Screened and included on the left, who left the study on the right; returns the lowest y."""
    trunk = LEFT + 1.55
    screened = _box(axes, (LEFT, LEFT + 3.1), 0, _title("screened", patients.patients["screened"]))
    lines = [f"{row.patients}  {row.reason}" for row in excluded.itertuples()]
    out = [(MIDDLE, RIGHT), screened - GAP]
    title = _title("excluded", excluded["patients"].sum())
    lowest = _box(axes, *out, title, lines, colour=MUTED, tint="#F2F2F2")
    branches = [(out[1] + lowest) / 2]
    if patients.patients["unlabelled"]:
        title = _title("unlabelled", patients.patients["unlabelled"])
        said = ["classified by the model, but neither", "trained nor tested on"]
        top = lowest - GAP / 2
        lowest = _box(axes, (MIDDLE, RIGHT), top, title, said, colour=MUTED, tint="#F2F2F2")
        branches.append((top + lowest) / 2)
    top = lowest - GAP
    _arrow(axes, (trunk, screened), (trunk, top))
    for y in branches:
        _arrow(axes, (trunk, y), (MIDDLE, y))
    title = _title("included", patients.patients["included"])
    return _box(axes, (LEFT, LEFT + 3.1), top, title, [_classes(patients.loc["included"])])


def _draw_cohorts(axes, patients, *, top):
    """Development and test, then training and validation; returns the lowest y."""
    trunk = LEFT + 1.55
    development = patients.patients["training"] + patients.patients["validation"]
    y = top - 1.4 * GAP
    bottom = _box(
        axes,
        (LEFT, LEFT + 3.1),
        y,
        _title("development", development),
        ["examined first; split at random within each class"],
    )
    _arrow(axes, (trunk, top), (trunk, y))
    row = bottom - 1.4 * GAP
    width, space = 2.2, 0.2
    spans = [
        (LEFT + (width + space) * place, LEFT + (width + space) * place + width)
        for place in range(3)
    ]
    for step, span in zip(("training", "validation", "test"), spans, strict=True):
        lines = [_classes(patients.loc[step])]
        lowest = _box(
            axes,
            span,
            row,
            _title(step, patients.patients[step]),
            lines,
            colour=ACCENT,
            tint="#E9F5F1",
        )
    fork = (bottom + row) / 2
    for span in spans[:2]:
        _elbow(axes, [(trunk, bottom), (trunk, fork), (sum(span) / 2, fork)], row)
    split = (top + y) / 2
    _elbow(axes, [(trunk, split), (sum(spans[2]) / 2, split)], row)
    axes.text(sum(spans[2]) / 2 + 0.08, (split + row) / 2, "examined last", color=INK, va="center")
    return lowest


def _title(step, number):
    return f"{TITLES[step]} (n = {number})"


def _classes(row):
    return ", ".join(f"{row[name]} {name}" for name in CLASSES)


def _box(axes, span, top, title, lines=(), *, colour=INK, tint="white"):
    """A box with a bold title over lines of text; returns its lower edge."""
    left, right = span
    height = 2 * PADDING + LINE * (1 + len(lines))
    axes.add_patch(
        FancyBboxPatch(
            (left, top - height),
            right - left,
            height,
            boxstyle="round,pad=0,rounding_size=0.05",
            edgecolor=colour,
            facecolor=tint,
            linewidth=0.9,
        )
    )
    y = top - PADDING - LINE / 2
    axes.text(left + PADDING, y, title, color=INK, weight="bold", va="center")
    for number, line in enumerate(lines, start=1):
        axes.text(left + PADDING, y - number * LINE, line, color=INK, va="center")
    return top - height


def _arrow(axes, start, end):
    style = {"arrowstyle": "-|>", "color": INK, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=style)


def _elbow(axes, corners, bottom):
    """A line through corners that ends in an arrow down to `bottom`."""
    axes.plot(*zip(*corners, strict=True), color=INK, linewidth=0.9, solid_capstyle="butt")
    _arrow(axes, corners[-1], (corners[-1][0], bottom))
