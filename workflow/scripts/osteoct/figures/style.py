"""The style of every figure: print sizes, colours for the colour-blind, reproducible bytes."""

from itertools import cycle

import matplotlib

matplotlib.use("Agg")

from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: E402

from osteoct.results import atomic  # noqa: E402

SINGLE_COLUMN_INCHES = 3.5
DOUBLE_COLUMN_INCHES = 7.2
RESOLUTION_DPI = 300
NOTE_INCHES = 0.14
SYNTHETIC_NOTE = "synthetic cohort: digital phantoms, no patients"

# Okabe & Ito (2008), a palette that colour-blind readers tell apart.
CLASS_COLOURS = {"normal": "#0072B2", "osteopenia": "#E69F00", "osteoporosis": "#D55E00"}
OTHER_COLOURS = ("#0072B2", "#D55E00", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#F0E442")
ACCENT = "#009E73"
INK = "#222222"
MUTED = "#7A7A7A"
GRID = "#DDDDDD"

matplotlib.rcParams.update(
    {
        "font.family": "DejaVu Sans",
        "font.size": 8,
        "axes.titlesize": 9,
        "axes.titleweight": "bold",
        "axes.labelsize": 8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": INK,
        "axes.linewidth": 0.8,
        "xtick.labelsize": 7,
        "ytick.labelsize": 7,
        "legend.fontsize": 7,
        "legend.frameon": False,
        "lines.linewidth": 1.4,
        "figure.constrained_layout.use": True,
        "pdf.fonttype": 42,
        "svg.hashsalt": "osteoct",
    }
)


def plain(text):
    """A name as a figure writes it: a dollar sign in it starts no formula."""
    return text.replace("$", r"\$")


def colours_of(classes):
    """A colour for each class: its own for bone status, of the same palette for any others.

    Parameters
    ----------
    classes : sequence of str

    Returns
    -------
    dict of str to str
        Beyond the palette's seven colours, shades of grey.

    Examples
    --------
    >>> colours_of(["normal", "osteopenia", "osteoporosis"]) == CLASS_COLOURS
    True
    >>> colours_of(["benign", "malignant"])
    {'benign': '#0072B2', 'malignant': '#D55E00'}
    """
    if set(classes) <= set(CLASS_COLOURS):
        return {name: CLASS_COLOURS[name] for name in classes}
    greys = [f"#{shade:02x}{shade:02x}{shade:02x}" for shade in range(40, 200, 30)]
    return dict(zip(classes, cycle([*OTHER_COLOURS, *greys]), strict=False))


def mark_synthetic(figure):
    """Write along a figure's right edge that no patient is in it."""
    width = NOTE_INCHES / figure.get_figwidth()
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1 - width, 1))
    place = {"ha": "center", "va": "center", "rotation": 90}
    figure.text(1 - width / 2, 0.5, SYNTHETIC_NOTE, size=6, color=MUTED, **place)


def save_figure(figure, *paths, synthetic=False):
    """Write a figure to every path, the format by its ending; same figure, same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    *paths : str
        Ending in .pdf, .svg or .png.
    synthetic : bool
        Whether the numbers in it are of synthetic patients, which the figure then says itself.
    """
    if synthetic:
        mark_synthetic(figure)
    undated = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {"Software": None}}
    for path in paths:
        ending = str(path).rsplit(".", 1)[-1]
        with atomic(path) as partial:
            figure.savefig(partial, format=ending, dpi=RESOLUTION_DPI, metadata=undated[ending])
