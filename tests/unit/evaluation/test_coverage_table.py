"""The committed benchmark is what its script makes, and the table says where the default fails."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

from osteoct.evaluation import coverage_table
from osteoct.evaluation.coverage_table import tabulate_coverage
from osteoct.evaluation.methods import AUC, NAMES, PROPORTION

ROOT = Path(__file__).parents[3]
COVERAGE = pd.read_csv(ROOT / "resources/intervals/coverage.csv")
BENCHMARK = runpy.run_path(str(ROOT / "benchmarks/interval_coverage.py"))
PRINTED = {"proportion": "wilson", "auc": "newcombe"}


def test_every_method_was_tried_on_every_cohort_and_class():
    for measure, methods, models in (("sensitivity", PROPORTION, 1), ("auc", AUC, 2)):
        rows = COVERAGE[COVERAGE.measure == measure]
        assert len(rows) == len(methods) * models * 4 * 3
        assert set(rows.method) == set(methods)


@pytest.mark.parametrize("cohort", COVERAGE.cohort.unique())
def test_committed_coverages_of_proportions_are_those_computed_now(cohort):
    here = COVERAGE[(COVERAGE.cohort == cohort) & (COVERAGE.measure == "specificity")]
    for (truth, trials), rows in here.groupby(["truth", "n_negative"]):
        now = pd.DataFrame(BENCHMARK["proportion_coverages"](truth, trials))
        assert rows.coverage.tolist() == now.coverage.tolist()
        assert rows.width.tolist() == now.width.tolist()


def test_clopper_pearson_never_covers_less_than_it_promises():
    rows = COVERAGE[COVERAGE.method == "clopper_pearson"]
    assert (rows.coverage >= 0.95).all()


def test_the_table_marks_the_printed_methods_and_names_what_they_miss():
    table = tabulate_coverage(COVERAGE, **PRINTED)
    marked = table.Method[table.Method.str.endswith(", printed")]
    assert marked.tolist() == [f"{NAMES[PRINTED[key]]}, printed" for key in ("proportion", "auc")]
    note = table.Method.iloc[-1]
    row = COVERAGE[(COVERAGE.method == "newcombe") & (COVERAGE.measure == "auc")]
    off = row[(row.coverage - 0.95).abs() > 0.02 + 1e-9]
    assert all(f"{value:.3f}" in note for value in off.coverage)
    assert note.count(" spread) ") == len(off)


def test_a_method_within_the_tolerance_is_reported_as_fine(monkeypatch):
    monkeypatch.setattr(coverage_table, "TOLERANCE", 0.5)
    table = tabulate_coverage(COVERAGE, **PRINTED)
    assert table.Method.iloc[-1].endswith("stays within 45 to 145 % throughout.")
