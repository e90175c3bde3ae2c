"""HTML pages from templates: escaped, self-contained, the same bytes for the same content."""

from pathlib import Path

import jinja2

MISSING = "–"


def render(template, **content):
    """Fill a template of workflow/report/; what is put in is escaped, what is absent is an error.

    Parameters
    ----------
    template : str or Path
        The template's file; `style.css` and the templates it imports lie beside it.
    **content
        What the template names.

    Returns
    -------
    str
        One HTML page without links to anything but files of the study.
    """
    template = Path(template)
    style = (template.parent / "style.css").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"number": number, "percent": percent, "cell": cell}
    environment.filters["stacked"] = stacked
    return environment.get_template(template.name).render(style=style, **content)


def is_missing(value):
    """Whether a value of a table or record is absent: None, nan or an empty text."""
    return value is None or value == "" or value != value


def number(value, decimals=2):
    """A number with fixed decimals and a true minus sign, or a dash where there is none.

    Examples
    --------
    >>> number(-2.5, 1), number(None)
    ('−2.5', '–')
    """
    return MISSING if is_missing(value) else f"{float(value):.{decimals}f}".replace("-", "−")


def cell(value):
    """A value of any kind for a table: three decimals at most, minus signs true, gaps a dash.

    Examples
    --------
    >>> cell(0.97512), cell(-3.0), cell("left"), cell(None)
    ('0.975', '−3', 'left', '–')
    """
    if is_missing(value):
        return MISSING
    if isinstance(value, (int, float)):
        text = f"{value:.3f}".rstrip("0").rstrip(".")
        return text.replace("-", "−")
    return str(value)


def stacked(text):
    """A cell in the pieces between which its line may break: value, then bracket.

    Examples
    --------
    >>> stacked("0.846 (0.719–0.931)"), stacked("F = 4.03")
    (['0.846', '(0.719–0.931)'], ['F = 4.03'])
    """
    value, bracket, rest = text.partition(" (")
    return [value, f"({rest}"] if bracket else [text]


def percent(value, decimals=0):
    """A fraction as a percentage.

    Examples
    --------
    >>> percent(0.756)
    '76 %'
    """
    return MISSING if is_missing(value) else f"{100 * float(value):.{decimals}f} %"


UNITS = {"mm": "mm", "cm3": "cm³", "mm3": "mm³", "hu": "HU", "kvp": "kVp", "msv": "mSv", "s": "s"}


HEADINGS = {
    "p": "P",
    "test_name": "Test",
    "mean_sd": "Mean ± SD",
    "median_quartiles": "Median (quartiles)",
}


def column_title(name):
    """The name of a column as a person writes it, its unit in brackets.

    Examples
    --------
    >>> column_title("slice_thickness_mm"), column_title("mean_sd"), column_title("Worst (patient)")
    ('Slice thickness (mm)', 'Mean ± SD', 'Worst (patient)')
    """
    if name in HEADINGS:
        return HEADINGS[name]
    parts = str(name).split("_")
    unit = UNITS.get(parts[-1]) if len(parts) > 1 else None
    text = " ".join(parts[:-1] if unit else parts)
    text = text[:1].upper() + text[1:]
    return f"{text} ({unit})" if unit else text
