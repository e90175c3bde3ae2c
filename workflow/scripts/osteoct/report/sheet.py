"""A patient's result on one A4 sheet, for a viewer that shows PDF."""

import base64
from io import BytesIO
from textwrap import wrap

from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.lines import Line2D

from osteoct.cohort.diagnosis import CLASSES
from osteoct.figures.slices import COLOURS
from osteoct.figures.style import CLASS_COLOURS, INK, MUTED
from osteoct.report.cases import problem
from osteoct.report.pages import is_missing, number
from osteoct.report.qc import qc_table

A4_INCHES = (8.27, 11.69)
LIMITS = (
    "RESEARCH USE ONLY. Not a medical device; cannot be used to rule out low bone mineral density."
)
FOOTER = (
    "Segmentation QC: pass, review (look before a number is used) or fail (not measured). Look "
    "at every mask before you use a number.\nMade by osteoct, which rebuilds Du et al. 2025, "
    "doi:10.1186/s12891-025-08631-x."
)
LINE = 108  # characters
TITLE = {"size": 15, "weight": "bold"}
PLACES = [  # of the four pictures: left, bottom, width, height
    (0.07, 0.47, 0.42, 0.15),
    (0.51, 0.47, 0.42, 0.15),
    (0.07, 0.10, 0.42, 0.32),
    (0.51, 0.10, 0.42, 0.32),
]
NO_CLASS = (
    "No class is given: the classifier was trained on digital phantoms and must not speak "
    "about patients."
)


def draw_sheet(case, pictures, legend, *, model_of_phantoms):
    """Draw what the study says of a patient.

    Parameters
    ----------
    case : dict
        A row of ``cases.gather``.
    pictures, legend
        From ``viewer.pictures_of``.
    model_of_phantoms : bool
        The classifier was trained on phantoms: probabilities are left out.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=A4_INCHES)
    figure.set_layout_engine("none")
    figure.text(0.5, 0.972, LIMITS, ha="center", color="white", weight="bold", backgroundcolor=INK)
    figure.text(0.07, 0.935, f"Proximal femur from CT: patient {case['patient']}", **TITLE)
    lines = "\n".join(_results(case, model_of_phantoms))
    figure.text(0.07, 0.915, lines, size=9, va="top", linespacing=1.5)
    if case["prediction"] and not model_of_phantoms:
        _draw_probabilities(figure.add_axes((0.70, 0.84, 0.23, 0.06)), case["prediction"])
    checked = "\n".join(_qc_lines(case))
    figure.text(0.07, 0.79, checked, size=8, va="top", linespacing=1.5)
    for place, picture in zip(PLACES, pictures, strict=False):
        _draw_picture(figure.add_axes(place), picture)
    handles = [Line2D([], [], color=_colour(ink), label=meaning) for ink, meaning in legend]
    figure.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.06, 0.065), ncols=3)
    figure.text(0.07, 0.03, FOOTER, size=7, color=MUTED, va="bottom", linespacing=1.5)
    return figure


def _colour(ink):
    return [channel / 255 for channel in COLOURS[ink]]


def _results(case, model_of_phantoms):
    person, prediction = case["person"], case["prediction"]
    lines = []
    if prediction and not model_of_phantoms:
        lines.append(f"Most probable class: {prediction['predicted']}.")
    elif prediction:
        lines += wrap(NO_CLASS, LINE)
    else:
        lines += wrap(f"No class. {problem(case) or 'The patient has no features.'}", LINE - 10)
    if not is_missing(person.get("diagnosis")):
        region = person["region"].replace("_", " ")
        score = number(person["t_score"], 2)
        lines.append(f"QCT: T-score {score} ({region}), hence {person['diagnosis']}.")
    if not is_missing(person.get("split")):
        lines.append(f"The patient belongs to the {person['split']} cohort of the study.")
    return lines


def _qc_lines(case):
    table = qc_table(case["steps"].get("femurs"))
    if table is None:
        return ["No femur was segmented."]
    lines = []
    for row in table["rows"]:
        values = [
            f"{title} {number(value, digits)}"
            for title, (value, digits) in zip(table["header"], row["values"], strict=True)
            if not is_missing(value)
        ]
        status = f"{row['side'].capitalize()} femur: {row['status']}. {row['reasons']}"
        lines += [*wrap(status, LINE), *wrap(f"{'; '.join(values)}.", LINE), ""]
    return lines


def _draw_probabilities(axes, prediction):
    fractions = [prediction[f"p_{name}"] for name in CLASSES]
    bars = axes.barh(CLASSES, fractions, color=[CLASS_COLOURS[name] for name in CLASSES])
    axes.bar_label(bars, [number(fraction, 2) for fraction in fractions], padding=3, size=8)
    axes.set(xlim=(0, 1.15), xticks=[], title="Probability of each class")
    axes.invert_yaxis()
    axes.spines["bottom"].set_visible(False)


def _draw_picture(axes, picture):
    axes.set_axis_off()
    axes.imshow(imread(BytesIO(base64.b64decode(picture["uri"].partition(",")[2]))))
    axes.set_title(f"{picture['title']}\n{picture['note']}", size=7, weight="normal")
    for end, (x, side) in zip(picture["ends"], ((0.02, "left"), (0.98, "right")), strict=True):
        axes.text(x, 0.03, end, color="white", size=9, ha=side, transform=axes.transAxes)
