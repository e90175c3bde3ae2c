"""The schema of a configuration: what it leaves out is derived, and what values mean is worded.

Beside the words of JSON Schema a schema may say

``optional: true``
    of a property: it may be left out (all others are required);
``ascending: true``, ``not_descending: true``
    of a list of numbers, or with a list of dotted keys of an object: their values rise, or do
    not fall, in that order;
``inside: [inner, outer]``
    of an object: each range [low, high] of `inner` lies within the range of that name in `outer`.

``$ref`` names another part of the file (``#/properties/...``) or another file beside it.
"""

import math
from functools import reduce
from itertools import pairwise
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "array": "a list",
    "object": "a section with keys",
}


def load_schema(path):
    """A schema with everything that its file leaves to be derived.

    An object with `properties` is an object, closed, and requires all that is not optional.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    dict
    """
    path = Path(path)
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return _completed(document, document, path)


def _completed(part, document, path):
    """A part of a schema with references resolved and `required` and closedness derived."""
    if isinstance(part, list):
        return [_completed(item, document, path) for item in part]
    if not isinstance(part, dict):
        return part
    if isinstance(reference := part.get("$ref"), str):
        return _referred(reference, document, path) | {
            key: value for key, value in part.items() if key != "$ref"
        }
    whole = {key: _completed(value, document, path) for key, value in part.items()}
    if known := whole.get("properties"):
        required = [key for key, value in known.items() if not value.get("optional")]
        whole = {"type": "object", "additionalProperties": False, **whole, "required": required}
    return whole


def _referred(reference, document, path):
    """The part of a schema that a reference names."""
    if not reference.startswith("#"):
        return load_schema(path.parent / reference)
    part = reduce(lambda inner, key: inner[key], reference.split("/")[1:], document)
    return _completed(part, document, path)


def expectation(schema, about=""):
    """What a value has to be: kind, range, length and meaning.

    Parameters
    ----------
    schema : dict
        Schema of the value.
    about : str
        Description to use where the schema has none.

    Returns
    -------
    str
        E.g. ``"a number above 0 and at most 1 (Fraction of patients who test)"``, with the first
        sentence of its description.
    """
    words = _kind(schema)
    about = schema.get("description", about).split(". ")[0].strip().rstrip(".")
    return f"{words} ({about})" if words and about else words or about


def _kind(schema):
    """A value's kind and range in words."""
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if schema.get("format") == "regex":
        return "a valid regular expression"
    bounds = (
        ("exclusiveMinimum", "above"),
        ("minimum", "at least"),
        ("exclusiveMaximum", "below"),
        ("maximum", "at most"),
        ("minLength", "of a length of at least"),
        ("minItems", "of a length of at least"),
        ("maxItems", "of a length of at most"),
        ("pattern", "like"),
    )
    limits = [f"{word} {schema[key]}" for key, word in bounds if key in schema]
    if "minItems" in schema and schema["minItems"] == schema.get("maxItems"):
        limits = [f"of {schema['minItems']} values"]
    if schema.get("uniqueItems"):
        limits.append("no value twice")
    return " ".join(filter(None, [KINDS.get(schema.get("type"), ""), " and ".join(limits)]))


def _is_finite(checker, value):
    """Whether a value is a number that is neither NaN nor infinite."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _check_order(is_wrong, words):
    """A validator of values that follow each other in one order."""

    def check(validator, keys, instance, schema):
        if keys is True:
            named = enumerate(instance, 1) if isinstance(instance, list) else []
            named = [(f"value {number}", value) for number, value in named]
        else:
            named = [(key, _value(instance, key)) for key in keys]
        numbers = [(name, value) for name, value in named if _is_finite(None, value)]
        for (first, low), (second, high) in pairwise(numbers):
            if is_wrong(low, high):
                yield ValidationError(f"{first} ({low}) must be {words} {second} ({high}).")

    return check


def _check_inside(validator, keys, instance, schema):
    """A validator of ranges that lie within the ranges of the same names."""
    inner, outer = (_value(instance, key) for key in keys)
    if not isinstance(inner, dict) or not isinstance(outer, dict):
        return
    for name in sorted(set(inner) & set(outer)):
        if not all(
            isinstance(pair, list) and len(pair) == 2 for pair in (inner[name], outer[name])
        ):
            continue
        numbers = [outer[name][0], *inner[name], outer[name][1]]
        if all(_is_finite(None, number) for number in numbers) and numbers != sorted(numbers):
            yield ValidationError(
                f"{keys[0]}.{name} {inner[name]} must lie within {keys[1]}.{name} {outer[name]}."
            )


def _is_range(value):
    """Whether a value is a list of two numbers."""
    return isinstance(value, list) and [_is_finite(None, v) for v in value] == [True, True]


def _value(content, key):
    """The value of a dotted key, or None."""
    for step in key.split("."):
        content = content.get(step) if isinstance(content, dict) else None
    return content


Validator = extend(
    Draft202012Validator,
    validators={
        "ascending": _check_order(lambda low, high: low >= high, "below"),
        "not_descending": _check_order(lambda low, high: low > high, "at most"),
        "inside": _check_inside,
    },
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("number", _is_finite),
)
