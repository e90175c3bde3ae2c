"""CT number and T-score: lines and correlations known by construction and from reference code."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from scipy.stats import linregress, pearsonr

from osteoct.evaluation.density import correlation, density_of, relate, tabulate_relation
from osteoct.figures.density import draw_density

READING = {"at_t_score": -2.5, "confidence": 0.95}
PUBLISHED = pd.read_csv(Path(__file__).parents[3] / "resources/claims/density.csv")


@pytest.fixture
def table():
    rng = np.random.default_rng(4)
    t_score = rng.normal(-1.2, 1.4, 80).round(2)
    status = np.select([t_score <= -2.5, t_score < -1], ["osteoporosis", "osteopenia"], "normal")
    hu = 180 + 33 * t_score + rng.normal(0, 30, 80)
    neck = np.where(np.arange(80) < 3, np.nan, 2 * hu)
    patients = {"patient": [f"P{n}" for n in range(80)], "t_score": t_score, "diagnosis": status}
    return pd.DataFrame({**patients, "mean_hu": hu, "neck_hu": neck})


def test_line_and_correlation_equal_those_of_scipy(table):
    row = relate(table, **READING).iloc[0]
    line = linregress(table["t_score"], table["mean_hu"])
    assert row[["slope", "intercept", "r"]].tolist() == pytest.approx(
        [line.slope, line.intercept, line.rvalue]
    )
    limits = pearsonr(table["t_score"], table["mean_hu"]).confidence_interval(0.95)
    assert (row["r_low"], row["r_high"]) == pytest.approx((limits.low, limits.high))
    assert (row["slope_high"] - row["slope_low"]) / 2 == pytest.approx(1.990847 * line.stderr)
    assert row["hu"] == pytest.approx(line.intercept - 2.5 * line.slope)
    assert row["hu_low"] < 180 - 2.5 * 33 < row["hu_high"]


def test_a_neck_that_was_not_found_is_left_out_of_its_row_alone(table):
    assert relate(table, **READING)["patients"].tolist() == [80, 77]


def test_too_few_patients_have_no_line_and_no_nan_is_printed(table):
    few = table.iloc[:3]
    found = relate(few, **READING)
    assert found["slope"].isna().all() and found["patients"].tolist() == [3, 0]
    printed = tabulate_relation(found, PUBLISHED, **READING)
    assert "nan" not in printed.to_csv() and (printed.iloc[1] == "n/a").sum() == 4
    shown = [text.get_text() for text in draw_density(few, found, **READING).findobj(Text)]
    assert shown.count("too few patients for a line") == 2


def test_the_table_has_this_run_and_the_published_relations(table):
    printed = tabulate_relation(relate(table, **READING), PUBLISHED, **READING)
    first = printed["Measurement"]
    assert first.iloc[0] == "This run" and first.iloc[3] == "Published"
    andresen = printed[first.str.contains("Andresen")].iloc[0]
    assert andresen["r (95% CI)"] == "0.94 (0.93 to 0.95)"  # R² of 0.89 in 370 patients
    assert andresen["HU at T = -2.5 (95% CI)"] == "96"
    korean = printed[first.str.contains("Korean")].iloc[0]
    assert korean.iloc[-1] == "132 / 99 / 41"


def test_the_figure_has_the_count_of_each_panel(table):
    figure = draw_density(table, relate(table, **READING), **READING)
    assert [axes.get_title("left")[-8:] for axes in figure.axes] == ["(n = 80)", "(n = 77)"]


def test_a_perfect_correlation_keeps_its_limits_finite():
    found = correlation(1.0, 50, 0.95)
    assert 0.99 < found["r_low"] <= found["r_high"] <= 1


def test_only_included_patients_who_were_measured_count():
    cohort = pd.DataFrame(
        {"patient": list("abc"), "status": ["included", "excluded", "included"]}
    ).assign(t_score=[-1.0, -2.0, -3.0], diagnosis="normal")
    features = pd.DataFrame({"patient": list("ab"), "mean": [100.0, 90.0]})
    necks = pd.DataFrame({"patient": ["c"], "neck_hu": [50.0]})
    table = density_of(cohort, features, necks, mean_hu_feature="mean")
    assert table["patient"].tolist() == ["a"] and table["neck_hu"].isna().all()
