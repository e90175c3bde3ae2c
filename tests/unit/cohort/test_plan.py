"""Too few patients of a class are known from the tables, before any job."""

import pytest

from osteoct.cohort.plan import require_classes
from osteoct.storage import StudyProblem

EDGES = {"osteopenia_below": -1.0, "osteoporosis_at_or_below": -2.5}
RULES = {"side": "left", "diagnosis": {"regions": ["femoral_neck", "total_hip"], **EDGES}}
SCORES = {"A": 0.1, "B": -0.5, "C": -1.5, "D": -2.0, "E": -2.5, "F": -3.0}


def participants(**exclusions):
    return [{"patient": name, "exclusion": exclusions.get(name)} for name in (*SCORES, "G")]


def measurements(side="left", region="total_hip"):
    return [
        {"patient": name, "side": side, "region": region, "t_score": score}
        for name, score in SCORES.items()
    ]


def test_two_of_every_class_and_three_of_one_may_be_enough():
    more = {"patient": "G", "side": "left", "region": "femoral_neck", "t_score": 1.0}
    require_classes(participants(), [*measurements(), more], **RULES)


@pytest.mark.parametrize(
    "people, rows, labelled",
    [
        ({}, measurements(), "normal 2, osteopenia 2, osteoporosis 2"),
        ({}, measurements("right"), "normal 0, osteopenia 0, osteoporosis 0"),
        ({}, measurements(region="trochanter"), "normal 0, osteopenia 0, osteoporosis 0"),
        ({"A": "hip fracture"}, measurements(), "normal 1, osteopenia 2, osteoporosis 2"),
        (
            {},
            [
                *measurements(),
                {"patient": "B", "side": "left", "region": "femoral_neck", "t_score": -2.7},
            ],
            "normal 1, osteopenia 2, osteoporosis 3",
        ),
        ({}, [row | {"t_score": None} for row in measurements()], "normal 0"),
    ],
    ids=["two each", "other side", "other region", "excluded", "lowest decides", "no T-score"],
)
def test_too_few_of_a_class_are_counted_with_what_to_do(people, rows, labelled):
    with pytest.raises(StudyProblem, match=labelled) as raised:
        require_classes(participants(**people), rows, **RULES)
    assert "screen CT=" in str(raised.value)
