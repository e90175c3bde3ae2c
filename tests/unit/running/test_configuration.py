"""A wrong configuration is answered by one sentence for each problem."""

import math
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from osteoct.configuration import ConfigurationProblems, check_configuration
from osteoct.schema import load_schema

ROOT = Path(__file__).parents[3]
CONFIG, PHANTOM = ROOT / "config/config.yaml", ROOT / "config/phantom.yaml"
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


@pytest.fixture
def problems_of(tmp_path):
    """The lines that answer a file of changes to the study's configuration."""

    def check(changes, options=None):
        own = tmp_path / "own.yaml"
        own.write_text(yaml.safe_dump(changes))
        config = yaml.safe_load(CONFIG.read_text()) | yaml.safe_load(PHANTOM.read_text())
        for changed in (yaml.safe_load(own.read_text()), options or {}):
            update_config(config, changed)
        try:
            check_configuration(config, SCHEMA, files=[CONFIG, PHANTOM, own], options=options)
        except ConfigurationProblems as problems:
            return str(problems).replace(f"{tmp_path}/", "").splitlines()
        return []

    return check


def test_the_study_s_own_configuration_has_no_problem(problems_of):
    assert problems_of({}) == []


def test_a_misspelt_key_gets_one_sentence_with_the_nearest_right_key(problems_of):
    assert problems_of({"selection": {"rfe": {"kep": 4}}}) == [
        "own.yaml: selection.rfe.kep: no such key; did you mean selection.rfe.keep?",
        "CHANGELOG.md lists renamed and removed keys.",
    ]


def test_a_misspelt_filter_gets_those_that_there_are(problems_of):
    (line,) = problems_of({"features": {"images": ["Original", "Sqare"]}})
    assert "features.images[2] is 'Sqare'; expected one of Original, LoG, Wavelet, Square" in line


def test_a_key_in_the_wrong_section_is_found_where_it_belongs(problems_of):
    first, _ = problems_of({"cohort": {"reader_study": 4}})
    assert first.endswith("did you mean reader_study?")


def test_a_wrong_value_is_answered_with_what_is_expected(problems_of):
    (line,) = problems_of({"cohort": {"batch_size": 0}})
    assert line == (
        "own.yaml: cohort.batch_size is 0; expected a whole number at least 1 (Patients per job)."
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_no_number(problems_of, value):
    (line,) = problems_of({"evaluation": {"confidence": value}})
    assert "not a finite number" in line


def test_a_value_from_the_command_line_says_so(problems_of):
    (line,) = problems_of({}, options={"seed": "one"})
    assert line.startswith("--config: seed is 'one'; expected a whole number at least 0")


def test_bone_cannot_be_osteoporotic_above_the_limit_of_osteopenia(problems_of):
    (line,) = problems_of({"diagnosis": {"osteopenia_below": -2.5, "osteoporosis_at_or_below": -1}})
    assert line == (
        "own.yaml: diagnosis: osteoporosis_at_or_below (-1) must be below osteopenia_below (-2.5)."
    )


def test_a_later_step_cannot_keep_more_features_than_an_earlier(problems_of):
    (line,) = problems_of({"selection": {"lasso": {"keep": 30}}})
    assert "lasso.keep (30) must be at most mrmr.keep (20)" in line


def test_all_problems_come_at_once_but_not_by_the_thousand(problems_of):
    lines = problems_of({f"section{number}": {} for number in range(30)})
    assert len(lines) == 22
    assert lines[-2] == "... and 10 more problems."


@pytest.fixture
def small(tmp_path):
    """A schema of every word that is the study's own, and a check with it."""
    (tmp_path / "other.yaml").write_text("properties: {a: {type: integer}}")
    (tmp_path / "schema.yaml").write_text(
        """
        properties:
          pattern: {type: string, format: regex}
          range: {type: array, not_descending: true, description: Of HU.}
          sites:
            additionalProperties: {properties: {gain: {$ref: "#/properties/gain"}}}
          gain: {type: number}
          other: {$ref: other.yaml, optional: true}
          ranges:
            inside: [warn, fail]
            properties: {warn: {type: object}, fail: {type: object}}
        """
    )
    right = {
        "pattern": "a+",
        "range": [1, 2],
        "sites": {"A": {"gain": 1.5}},
        "gain": 1,
        "ranges": {"warn": {"x": [1, 2]}, "fail": {"x": [0, 3], "y": [0, 0]}},
    }

    def check(**changes):
        check_configuration({**right, **changes}, tmp_path / "schema.yaml")

    return check


def test_optional_properties_may_be_absent(small):
    small()
    small(other={"a": 1})


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"pattern": "(("}, "pattern is '(('; expected a valid regular expression"),
        ({"range": [2, 1]}, "range: value 1 (2) must be at most value 2 (1)."),
        ({"sites": {"A": {"gian": 1}}}, "sites.A.gain is missing; expected a number."),
        ({"other": {"a": "b"}}, "other.a is 'b'; expected a whole number."),
        (
            {"ranges": {"warn": {"x": [1, 9]}, "fail": {"x": [0, 3]}}},
            "ranges: warn.x [1, 9] must lie within fail.x [0, 3].",
        ),
    ],
)
def test_words_of_the_schema_are_checked(small, changes, words):
    with pytest.raises(ConfigurationProblems) as problems:
        small(**changes)
    assert words in str(problems.value)


def test_every_value_of_the_schema_says_what_it_means():
    def undescribed(schema, path=()):
        for key, part in schema.get("properties", {}).items():
            if not part.get("description") and "properties" not in part:
                yield ".".join((*path, key))
            yield from undescribed(part, (*path, key))

    assert list(undescribed(load_schema(SCHEMA))) == []
