import numpy as np
import pytest

from osteoct.cohort.diagnosis import CLASSES, deciding_t_scores, diagnose

WHO = {"osteopenia_below": -1.0, "osteoporosis_at_or_below": -2.5}


@pytest.mark.parametrize(
    "t_score, status",
    [
        (1.3, "normal"),
        (-0.99, "normal"),
        (-1.0, "normal"),
        (np.nextafter(-1.0, -2), "osteopenia"),
        (-1.01, "osteopenia"),
        (-2.49, "osteopenia"),
        (np.nextafter(-2.5, 0), "osteopenia"),
        (-2.5, "osteoporosis"),
        (-4.8, "osteoporosis"),
    ],
)
def test_the_edges_are_those_of_the_papers_methods(t_score, status):
    assert diagnose(t_score, **WHO) == status


def test_classes_go_from_healthy_to_ill():
    assert CLASSES == ("normal", "osteopenia", "osteoporosis")


def test_a_missing_t_score_has_no_diagnosis():
    with pytest.raises(ValueError, match="missing T-score"):
        diagnose(np.nan, **WHO)


@pytest.fixture
def measurements():
    rows = [
        ("A", "left", "femoral_neck", -1.0),
        ("A", "left", "total_hip", -1.4),
        ("A", "left", "trochanter", -3.0),
        ("A", "right", "total_hip", -4.0),
        ("B", "left", "femoral_neck", None),
        ("B", "left", "total_hip", 0.2),
        ("C", "right", "total_hip", -2.0),
        ("D", "left", "total_hip", -2.0),
        ("D", "left", "femoral_neck", -2.0),
    ]
    return [dict(zip(("patient", "side", "region", "t_score"), row, strict=True)) for row in rows]


def test_the_lowest_of_the_deciding_regions_of_the_studied_side_decides(measurements):
    found = deciding_t_scores(measurements, side="left", regions=["femoral_neck", "total_hip"])
    assert found == {
        "A": (-1.4, "total_hip"),
        "B": (0.2, "total_hip"),
        "D": (-2.0, "femoral_neck"),
    }


def test_other_regions_and_the_other_side_can_be_chosen(measurements):
    found = deciding_t_scores(measurements, side="right", regions=["total_hip"])
    assert found == {"A": (-4.0, "total_hip"), "C": (-2.0, "total_hip")}
