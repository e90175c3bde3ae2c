"""Figure 1: how the screened patients became three cohorts."""

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from osteoct.cohort.diagnosis import CLASSES
from osteoct.figures.style import ACCENT, CLASS_COLOURS, DOUBLE_COLUMN_INCHES, INK, MUTED

LINE = 0.165  # height of a line of text, in inches like every length here
PADDING = 0.11
GAP = 0.34
COLUMN, SPACE, EDGE = 2.25, 0.125, 0.1
TRUNK = EDGE + COLUMN + SPACE / 2
STEP = (TRUNK - COLUMN / 2, TRUNK + COLUMN / 2)
ASIDE = (DOUBLE_COLUMN_INCHES - EDGE - COLUMN, DOUBLE_COLUMN_INCHES - EDGE)
STAGE, GONE, COHORT = (INK, "white"), (MUTED, "#F4F4F4"), (ACCENT, "#EEF7F4")  # edge, face
WIRE = {"color": INK, "linewidth": 0.9}


def draw_flow(counts, *, by_site):
    """Patient flow: screened, excluded with every reason, included, and the three cohorts.

    Parameters
    ----------
    counts : DataFrame
        From `osteoct.cohort.enrolment.flow_counts`.
    by_site : bool
        The test cohort is that of some sites, not of the last examinations.

    Returns
    -------
    matplotlib.figure.Figure
        As wide as a page; every number is one of `counts`, or a sum of them.
    """
    patients = counts[counts["step"].ne("excluded")].set_index("step")
    excluded = counts[counts["step"].eq("excluded")]
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, 1))
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    bottom = _draw_selection(axes, patients, excluded)
    bottom = _draw_cohorts(axes, patients, top=bottom, by_site=by_site)
    figure.set_size_inches(DOUBLE_COLUMN_INCHES, 2 * EDGE - bottom)
    axes.set(xlim=(0, DOUBLE_COLUMN_INCHES), ylim=(bottom - EDGE, EDGE))
    axes.axis("off")
    return figure


def _draw_selection(axes, patients, excluded):
    """Screened and included, and aside who left the study; returns the lowest y."""
    screened = _box(axes, STEP, 0, _head("Screened", patients.loc["screened"]))
    top = screened - GAP / 2
    reasons = [(row.patients, row.reason, None) for row in excluded.itertuples()]
    lowest = _box(axes, ASIDE, top, _head("Excluded", excluded.sum()), reasons, GONE)
    _arrow(axes, (TRUNK, (top + lowest) / 2), (ASIDE[0], (top + lowest) / 2))
    if patients.patients["unlabelled"]:
        top = lowest - GAP / 2
        lines = [
            ("", "of the studied hip: classified, but", None),
            ("", "not part of the study", None),
        ]
        head = _head("No T-score", patients.loc["unlabelled"])
        lowest = _box(axes, ASIDE, top, head, lines, GONE)
        _arrow(axes, (TRUNK, (top + lowest) / 2), (ASIDE[0], (top + lowest) / 2))
    top = lowest - GAP / 2
    _arrow(axes, (TRUNK, screened), (TRUNK, top))
    row = patients.loc["included"]
    return _box(axes, STEP, top, _head("Included", row), _classes(row))


def _draw_cohorts(axes, patients, *, top, by_site):
    """Development and test, then training and validation; returns the lowest y."""
    first, last = ("other sites", "test sites") if by_site else ("examined first", "examined last")
    y = top - 1.6 * GAP
    development = patients.loc[["training", "validation"]].sum()
    bottom = _box(axes, STEP, y, _head("Development", development), _classes(development))
    _arrow(axes, (TRUNK, top), (TRUNK, y))
    _write(axes, TRUNK, (top + y) / 2 - 0.06, first)
    row, fork = bottom - 1.6 * GAP, bottom - 0.75 * GAP
    _write(axes, TRUNK, (bottom + fork) / 2, "at random within each class")
    for place, step in enumerate(("training", "validation", "test")):
        left = EDGE + place * (COLUMN + SPACE)
        span, counts = (left, left + COLUMN), patients.loc[step]
        head = _head(step.capitalize(), counts)
        lines = _classes(counts)
        if patients["not_segmented"].any():
            lines.append((int(counts["not_segmented"]), "of these not segmented", None))
        lowest = _box(axes, span, row, head, lines, COHORT)
        leaves, turns = (top, top - 0.6 * GAP) if step == "test" else (bottom, fork)
        middle = sum(span) / 2
        axes.plot([TRUNK, TRUNK, middle], [leaves, turns, turns], **WIRE, solid_joinstyle="miter")
        _arrow(axes, (middle, turns), (middle, row))
    _write(axes, middle, (row + y) / 2, last)
    return lowest


def _head(title, row):
    return f"{title} (n = {row['patients']})"


def _classes(row):
    """Lines of a box: how many patients of each class, and the class's colour."""
    return [(int(row[name]), name, CLASS_COLOURS[name]) for name in CLASSES]


def _box(axes, span, top, head, lines=(), colours=STAGE):
    """A box: a heading, then lines of (number, text, colour); returns its lower edge."""
    left, right = span
    height = 2 * PADDING + LINE * (1 + len(lines))
    style = {"edgecolor": colours[0], "facecolor": colours[1], "linewidth": 0.9, "zorder": 2}
    rounded = "round,pad=0,rounding_size=0.04"
    corner = (left, top - height)
    axes.add_patch(FancyBboxPatch(corner, right - left, height, boxstyle=rounded, **style))
    y = top - PADDING - LINE / 2
    axes.text(left + PADDING, y, head, color=INK, weight="bold", va="center")
    widest = 0.075 * max((len(str(number)) for number, _, _ in lines), default=0)
    for place, (number, text, swatch) in enumerate(lines, start=1):
        x, here = left + PADDING, y - place * LINE
        if swatch:
            axes.add_patch(Rectangle((x, here - 0.04), 0.08, 0.08, color=swatch, zorder=3))
            x += 0.16
        axes.text(x + widest, here, str(number), color=INK, ha="right", va="center")
        axes.text(x + (widest and widest + 0.07), here, text, color=INK, va="center")
    return top - height


def _write(axes, x, y, text):
    """A remark to the right of a line."""
    axes.text(x + 0.08, y, text, color=MUTED, style="italic", va="center")


def _arrow(axes, start, end):
    style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, **WIRE}
    axes.annotate("", end, start, arrowprops=style)
