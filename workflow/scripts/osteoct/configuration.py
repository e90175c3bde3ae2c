"""The configuration, checked against its schema: every problem in one sentence, all at once."""

import difflib
import math
from pathlib import Path

import yaml
from jsonschema import FormatChecker

from osteoct.schema import Validator, expectation, load_schema

MAX_PROBLEMS = 20
HINT = "CHANGELOG.md lists renamed and removed keys."


class ConfigurationProblems(ValueError):
    """What is wrong with a configuration, one line each."""


def check_configuration(config, schema_path, *, files=(), options=None):
    """Raise unless a configuration is complete, known, in range and consistent.

    Parameters
    ----------
    config : dict
    schema_path : str or Path
        JSON schema in YAML, as `schema.load_schema` reads it.
    files : sequence of str
        The configuration files behind `config`, the strongest last: a problem names the file that
        its value comes from.
    options : dict, optional
        What ``--config`` changes on top of them.

    Raises
    ------
    ConfigurationProblems
        With one sentence for each problem.
    """
    schema = load_schema(schema_path)
    errors = Validator(schema, format_checker=FormatChecker()).iter_errors(config)
    sources = [("--config", options or {}), *((name, _content(name)) for name in reversed(files))]
    problems = {}
    for error in sorted(errors, key=lambda error: list(map(str, error.absolute_path))):
        for path, sentence in _sentences(error, schema):
            problems.setdefault((path, sentence), f"{_origin(path, sources)}{sentence}")
    if problems:
        raise ConfigurationProblems(_summary(list(problems.values())))


def _summary(sentences):
    """The first problems, how many more there are, and where renamed keys are listed."""
    lines = sentences[:MAX_PROBLEMS]
    if len(sentences) > len(lines):
        lines.append(f"... and {len(sentences) - len(lines)} more problems.")
    if any("no such key" in line for line in lines):
        lines.append(HINT)
    return "\n".join(lines)


def _content(name):
    """What a configuration file says."""
    return yaml.safe_load(Path(name).read_text(encoding="utf-8")) or {}


def _origin(path, sources):
    """Name of the strongest file that has a key, else the one with most of the path to it."""
    depths = [_depth(content, path) for _, content in sources]
    return f"{sources[depths.index(max(depths))][0]}: " if any(depths) else ""


def _depth(content, path):
    """How many steps of a path lead somewhere in nested dictionaries."""
    for depth, step in enumerate(path):
        if not isinstance(content, dict) or step not in content:
            return depth
        content = content[step]
    return len(path)


def _sentences(error, schema):
    """Path and sentence of each problem behind one validation error."""
    path = [step for step in error.absolute_path if isinstance(step, str)]
    if error.validator == "additionalProperties":
        unknown = sorted(set(map(str, error.instance)) - set(error.schema["properties"]))
        for key in unknown:
            yield (*path, key), f"{_dotted([*path, key])}: no such key{_nearest(path, key, schema)}"
    elif error.validator == "required":
        for key in sorted(set(error.validator_value) - set(error.instance)):
            meaning = expectation(error.schema["properties"][key])
            yield (*path, key), f"{_dotted([*path, key])} is missing; expected {meaning}."
    elif error.validator in ("ascending", "not_descending", "inside"):
        yield tuple(path), f"{_dotted(error.absolute_path)}: {error.message}"
    else:
        leaf, key = _leaf(error, schema)
        found = _shown(error.instance)
        yield (
            tuple(path),
            f"{_dotted(error.absolute_path)} is {found}; expected {expectation(leaf, key)}.",
        )


def _leaf(error, schema):
    """The schema that an erroneous value breaks, and the description nearest above it."""
    about = schema.get("description", "")
    for step in error.absolute_schema_path:
        schema = schema[step]
        if isinstance(schema, dict) and isinstance(schema.get("description"), str):
            about = schema["description"]
    return error.schema if "type" in error.schema or "enum" in error.schema else {}, about


def _nearest(path, key, schema):
    """The right key that a wrong one looks most like: beside it, else anywhere."""
    everywhere = list(_keys(schema))
    siblings = {keys[-1]: keys for keys in everywhere if list(keys[:-1]) == path}
    others = {keys[-1]: keys for keys in reversed(everywhere)}
    for known, cutoff in ((siblings, 0.6), (others, 0.8)):
        if close := difflib.get_close_matches(key, known, n=1, cutoff=cutoff):
            return f"; did you mean {_dotted(known[close[0]])}?"
    return f"; the keys there are {', '.join(siblings)}."


def _keys(schema, path=()):
    """Paths of all keys that a schema knows by name."""
    for key, part in schema.get("properties", {}).items():
        yield (*path, key)
        yield from _keys(part, (*path, key))


def _dotted(path):
    """E.g. ``selection.rfe.keep`` or ``features.log_sigma_mm[2]``, counted from 1."""
    steps = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(steps).removeprefix(".")


def _shown(value):
    """A value as a reader knows it from his file, short."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "empty"}[value]
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} (not a finite number)"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
