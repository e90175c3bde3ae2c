"""Every item of every checklist is there once, and its place exists."""

import re
from pathlib import Path

import pandas as pd
import pytest

from osteoct.captions import read_captions
from osteoct.report.checklists import CHECKLISTS, ELSEWHERE, exhibit_titles, fill_checklists

ROOT = Path(__file__).parents[3]
CAPTIONS = read_captions(
    ROOT / "workflow/report/captions.yaml",
    switched_on=["trained", "manual_masks", "nested", "harmonisation"],
    classifier="random forest",
)
LISTS = {
    key: pd.read_csv(ROOT / f"resources/checklists/{key}.csv", dtype=str, keep_default_na=False)
    for key in CHECKLISTS
}


class Anything(dict):
    """Numbers of a run that has every one of them."""

    def __contains__(self, name):
        return True

    def __getitem__(self, name):
        return 0.5


@pytest.fixture
def filled(monkeypatch):
    monkeypatch.setattr("osteoct.report.checklists.flat", lambda numbers: Anything())
    return fill_checklists(LISTS, CAPTIONS, {})


@pytest.mark.parametrize("key, last", [("tripod_ai", 27), ("clear", 58), ("metrics", 30)])
def test_items_are_complete_and_in_order(key, last):
    items = LISTS[key]["item"]
    numbers = [int(re.match(r"\d+", item)[0]) for item in items]
    assert sorted(set(numbers)) == list(range(1, last + 1))
    assert numbers == sorted(numbers) and items.is_unique
    assert (LISTS[key]["asks"] != "").all()


def test_every_place_is_an_exhibit_or_a_part_of_the_report(filled):
    places = ELSEWHERE | exhibit_titles(CAPTIONS)
    for items in LISTS.values():
        assert set(items["place"]) <= set(places)
    assert set(filled["Where"]) - {""} <= set(places.values())


def test_headings_count_what_the_run_answers(filled):
    heading = filled["Item"][filled["Item"].str.startswith("METRICS")].item()
    answered = (~LISTS["metrics"]["place"].isin(["authors", "none"])).sum()
    assert heading.endswith(f"{answered} of 30 items answered by the run")


def test_what_was_not_done_says_why():
    for items in LISTS.values():
        assert (items.loc[items["place"] == "none", "answer"] != "").all()


def test_a_place_that_does_not_exist_is_rejected():
    lists = {**LISTS, "clear": LISTS["clear"].assign(place="table99")}
    with pytest.raises(ValueError, match="clear, item 1: 'table99' is no exhibit"):
        fill_checklists(
            {key: items.assign(answer="") for key, items in lists.items()}, CAPTIONS, {}
        )
