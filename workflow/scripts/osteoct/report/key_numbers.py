"""The numbers that a report opens with, looked up where the study wrote them."""

from string import Formatter


def flat(numbers, prefix=""):
    """Nested numbers as one dict, names joined by dots.

    Examples
    --------
    >>> flat({"test": {"auc": 0.9, "n": [3, 4]}})
    {'test.auc': 0.9, 'test.n.0': 3, 'test.n.1': 4}
    """
    found = {}
    items = numbers.items() if isinstance(numbers, dict) else enumerate(numbers)
    for key, value in items:
        if isinstance(value, (dict, list)):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def tiles(templates, numbers):
    """Numbers to open with, each a value and what it is.

    Parameters
    ----------
    templates : list of dict
        `value` and `label`, templates like ``{test.normal.auc:.3f}`` over the names of `numbers`.
    numbers : dict of str to value
        From `flat`.

    Returns
    -------
    list of dict
        `value` and `label`, n/a where a number is missing from this run.

    Raises
    ------
    ValueError
        If a template asks for a number that the study does not write.

    Examples
    --------
    >>> tiles([{"value": "{a.b:.2f}", "label": "b"}], {"a.b": 0.123})
    [{'value': '0.12', 'label': 'b'}]
    """
    return [{key: fill(entry[key], numbers) for key in ("value", "label")} for entry in templates]


def fill(template, numbers):
    """A template like ``{test.normal.auc:.3f}``, filled; n/a where this run has no such value."""
    text = ""
    for literal, name, form, _ in Formatter().parse(template):
        text += literal
        if name is None:
            continue
        if name not in numbers:
            raise ValueError(
                f"numbers.json has no {name}, which a text asks for; it has "
                f"{sorted(numbers)[:10]} and so on."
            )
        value = numbers[name]
        text += "n/a" if value is None else format(value, form).replace("-", "−")
    return text
