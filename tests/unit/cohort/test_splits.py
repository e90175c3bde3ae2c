import numpy as np
import pandas as pd
import pytest

from osteoct.cohort.splits import split, training_counts
from osteoct.storage import StudyProblem

PAPER = {"seed": 1, "test_fraction": 0.2215, "training_fraction": 0.7, "test_sites": []}


def cohort(normal, osteopenia, osteoporosis, seed=0):
    """Patients of each class, examined in a random order, one a day."""
    rng = np.random.default_rng(seed)
    classes = ["normal"] * normal + ["osteopenia"] * osteopenia + ["osteoporosis"] * osteoporosis
    days = pd.date_range("2024-01-01", periods=len(classes)).strftime("%Y-%m-%d")
    return pd.DataFrame(
        {
            "patient": [f"P{number:03d}" for number in range(len(classes))],
            "exam_date": days,
            "diagnosis": rng.permutation(classes),
        }
    )


def test_the_papers_456_become_248_107_and_101():
    counts = split(cohort(202, 175, 79), **PAPER).value_counts()
    assert counts.to_dict() == {"training": 248, "validation": 107, "test": 101}


def test_the_test_patients_were_examined_last():
    labelled = cohort(30, 20, 10)
    assigned = split(labelled, **PAPER)
    last = labelled.loc[assigned.ne("test"), "exam_date"].max()
    assert (labelled.loc[assigned.eq("test"), "exam_date"] > last).all()
    assert assigned.eq("test").sum() == 13


def test_patients_of_one_day_go_by_name():
    labelled = cohort(4, 4, 4).assign(exam_date="2024-05-05")
    assigned = split(labelled, **{**PAPER, "test_fraction": 0.25, "training_fraction": 0.5})
    assert set(labelled.loc[assigned.eq("test"), "patient"]) == {"P009", "P010", "P011"}


def test_classes_keep_their_fractions_in_training():
    labelled = cohort(202, 175, 79)
    assigned = split(labelled, **PAPER)
    development = labelled[assigned.ne("test")]
    fraction = assigned[development.index].eq("training").groupby(development["diagnosis"]).mean()
    assert fraction.between(0.69, 0.71).all()


def test_the_seed_alone_decides_who_trains():
    labelled = cohort(30, 20, 10)
    shuffled = labelled.sample(frac=1, random_state=3)
    first, again = split(labelled, **PAPER), split(shuffled, **PAPER)
    assert first.to_dict() == again.to_dict()
    assert not first.equals(split(labelled, **{**PAPER, "seed": 2}))


@pytest.mark.parametrize(
    "counts, expected",
    [
        ((150, 145, 60), (105, 101, 42)),
        ((5, 5, 5), (4, 3, 3)),
        ((2, 2, 2), (1, 1, 1)),
        ((1, 3, 2), (1, 2, 1)),
        ((10, 10, 10), (7, 7, 7)),
    ],
)
def test_training_counts_are_rounded_down_as_a_whole(counts, expected):
    names = ("normal", "osteopenia", "osteoporosis")
    found = training_counts(dict(zip(names, counts, strict=True)), training_fraction=0.7)
    assert tuple(found.values()) == expected


def test_a_class_of_one_patient_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="1 included patients with osteoporosis; expected 2"):
        split(cohort(20, 20, 1), **PAPER)


def test_a_class_that_is_only_in_the_test_set_is_an_error_that_says_so():
    labelled = cohort(10, 10, 0)
    last = pd.DataFrame(
        {"patient": ["X", "Y"], "exam_date": "2025-01-01", "diagnosis": "osteoporosis"}
    )
    with pytest.raises(ValueError, match="All 2 patients with osteoporosis were examined last"):
        split(pd.concat([labelled, last], ignore_index=True), **PAPER)


def test_classes_of_which_one_patient_each_trains_are_an_error_that_says_so():
    with pytest.raises(StudyProblem, match=r"Only one patient of each class would train.* Add pat"):
        split(cohort(2, 2, 2), **PAPER)


@pytest.mark.parametrize("seed", range(20))
def test_every_class_of_a_tiny_cohort_trains(seed):
    labelled = cohort(4, 3, 3, seed)
    assigned = split(
        labelled, **{**PAPER, "seed": seed, "test_fraction": 0.2, "training_fraction": 0.6}
    )
    trained = labelled.loc[assigned.eq("training"), "diagnosis"]
    assert set(trained) == {"normal", "osteopenia", "osteoporosis"}


def at_sites(labelled, seed=0):
    sites = np.random.default_rng(seed).choice(["A", "B", "C", "D"], len(labelled))
    return labelled.assign(site=sites)


def test_all_patients_of_the_test_sites_test_and_nobody_else():
    labelled = at_sites(cohort(60, 50, 40))
    assigned = split(labelled, **{**PAPER, "test_sites": ["B", "D"]})
    assert assigned.eq("test").equals(labelled["site"].isin(["B", "D"]))
    fraction = assigned[assigned.ne("test")].eq("training").mean()
    assert fraction == pytest.approx(0.7, abs=0.02)


def test_a_site_without_patients_is_an_error_that_names_the_sites_there_are():
    labelled = at_sites(cohort(20, 20, 20))
    with pytest.raises(ValueError, match=r"names \['E'\].*'A', 'B', 'C', 'D'"):
        split(labelled, **{**PAPER, "test_sites": ["A", "E"]})


def test_a_class_that_is_only_at_the_test_sites_is_an_error_that_says_so():
    labelled = cohort(9, 9, 3)
    labelled["site"] = labelled["diagnosis"].map({"osteoporosis": "B"}).fillna("A")
    with pytest.raises(ValueError, match="are of the test sites.*Name fewer in split: test_sites"):
        split(labelled, **{**PAPER, "test_sites": ["B"]})
