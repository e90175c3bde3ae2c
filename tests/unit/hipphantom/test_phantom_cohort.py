"""Who is in the synthetic cohort, against the paper's numbers."""

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml

from hipphantom.anatomy import draw_body, draw_hips
from hipphantom.demography import count_exclusions, draw_cohort, largest_remainder
from hipphantom.names import patient_names
from hipphantom.randomness import generator

FILE = Path(__file__).parents[3] / "config" / "phantom.yaml"
PHANTOM = yaml.safe_load(FILE.read_text())["phantom"]
SEED = 2024
PAPER = {
    "bone metastasis": 40,
    "metastasis outside bone": 58,
    "hip fracture": 42,
    "hip replacement": 49,
    "incomplete CT": 50,
}


@pytest.fixture(scope="module")
def paper_sized():
    return draw_cohort(1, screened=695, **PHANTOM["cohort"])


def included(patients):
    return [person for person in patients if not person["exclusion"]]


def test_695_screened_are_excluded_as_in_the_paper(paper_sized):
    reasons = Counter(person["exclusion"] for person in paper_sized)
    assert reasons == Counter(PAPER | {"": 456})


def test_90_screened_leave_60_with_every_reason_in_proportion():
    counts = count_exclusions(90, included_of_screened=[456, 695], exclusions=PAPER)
    assert sum(counts.values()) == 30
    for reason, count in counts.items():
        assert abs(count - 90 * PAPER[reason] / 695) < 1


def test_largest_remainder_keeps_the_total_and_breaks_ties_by_order():
    assert largest_remainder(5, {"a": 1, "b": 1}) == {"a": 3, "b": 2}


def test_cohort_is_the_same_for_everyone_who_asks():
    first, second = (draw_cohort(3, screened=40, **PHANTOM["cohort"]) for _ in range(2))
    assert first == second
    assert first != draw_cohort(4, screened=40, **PHANTOM["cohort"])


def test_names_are_as_many_as_the_screened_and_in_order_of_examination(paper_sized):
    assert [person["patient"] for person in paper_sized] == patient_names(695)
    days = [person["exam_date"] for person in paper_sized]
    assert days == sorted(days)
    assert days[0] > "2024-01-01" and days[-1] < "2024-12-01"


def test_qct_is_within_a_week_of_the_ct(paper_sized):
    for person in paper_sized:
        exam, qct = (date.fromisoformat(person[name]) for name in ("exam_date", "qct_date"))
        assert abs((exam - qct).days) <= 7


def test_ages_and_sexes_are_the_papers(paper_sized):
    ages = [person["age"] for person in included(paper_sized)]
    assert np.mean(ages) == pytest.approx(67.80, abs=0.15)
    assert np.std(ages, ddof=1) == pytest.approx(8.18, abs=0.15)
    assert min(ages) >= 50 and max(ages) <= 91
    assert sum(person["sex"] == "F" for person in included(paper_sized)) == 239


def test_dose_has_the_papers_mean_and_grows_with_the_patient(paper_sized):
    dose = np.array([person["dlp_mgy_cm"] for person in paper_sized])
    size = np.array([person["size"] for person in paper_sized])
    assert dose.mean() == pytest.approx(241.3, rel=0.04)
    assert np.corrcoef(np.log(dose), size)[0, 1] == pytest.approx(0.7, abs=0.1)


def test_bone_status_has_its_distribution_and_women_are_worse(paper_sized):
    patients = included(paper_sized)
    status = np.array([person["target_t"] for person in patients])
    truth = PHANTOM["cohort"]["population"]["true_t_score"]
    assert status.mean() == pytest.approx(truth["mean"], abs=0.02)
    assert status.std() == pytest.approx(truth["sd"], abs=0.02)
    low = [person["sex"] for person in patients if person["target_t"] <= -2.5]
    assert low.count("F") / len(low) == pytest.approx(65 / 79, abs=0.08)
    ages = np.array([person["age"] for person in patients])
    assert -0.35 < np.corrcoef(ages, status)[0, 1] < -0.05


def test_last_fifth_by_time_has_every_class_even_in_a_small_study():
    patients = included(draw_cohort(SEED, screened=90, **PHANTOM["cohort"]))
    last = [person["target_t"] for person in patients[-13:]]
    assert min(last) <= -2.5 and max(last) >= -1
    assert any(-2.5 < t < -1 for t in last)


@pytest.mark.parametrize("sex", ["F", "M"])
@pytest.mark.parametrize(
    "setting, value",
    [
        ("head_diameter_mm", lambda hip: 2 * hip.head_radius_mm),
        ("neck_shaft_deg", lambda hip: hip.neck_shaft_deg),
        ("anteversion_deg", lambda hip: hip.anteversion_deg),
        ("offset_mm", lambda hip: hip.neck_length_mm * np.sin(np.deg2rad(hip.neck_shaft_deg))),
        ("joint_space_mm", lambda hip: hip.joint_space_mm),
    ],
)
def test_dimensions_follow_their_published_means(sex, setting, value):
    person = {"sex": sex, "age": 68.0, "size": 0.0, "target_t": -1.2}
    drawn = []
    for number in range(300):
        rng = generator(1, setting, sex, str(number))
        body = draw_body(rng, person, **PHANTOM["anatomy"]["body"])
        hips = draw_hips(rng, person, body, **PHANTOM["anatomy"]["hip"])
        drawn += [value(hip) for hip in hips.values()]
    mean, spread = PHANTOM["anatomy"]["hip"][setting][sex]
    assert np.mean(drawn) == pytest.approx(mean, abs=0.25 * spread)
    assert np.std(drawn) == pytest.approx(spread, rel=0.2)


def test_sites_have_their_weights_and_change_nothing_else(paper_sized):
    sites = {"A": {"weight": 3, "scan": {}}, "B": {"weight": 1, "scan": {}}}
    patients = draw_cohort(1, screened=695, **PHANTOM["cohort"] | {"sites": sites})
    assert Counter(person["site"] for person in patients) == {"A": 521, "B": 174}
    assert [{k: v for k, v in p.items() if k != "site"} for p in patients] == paper_sized
    scores = {s: np.mean([p["target_t"] for p in patients if p["site"] == s]) for s in sites}
    assert scores["A"] == pytest.approx(scores["B"], abs=0.35)
