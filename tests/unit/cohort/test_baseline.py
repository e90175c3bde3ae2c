from re import findall

import numpy as np
import pandas as pd
import pytest

from osteoct.cohort.baseline import dose_table, p_text, patients_table
from osteoct.cohort.comparisons import (
    compare_counts,
    compare_numbers,
    max_difference,
    max_fraction_difference,
    normality,
)

SETTINGS = {
    "seed": 1,
    "exact_resamples": 9999,
}
EXACT = {"exact_resamples": 99999}


def test_lilliefors_distance_of_five_even_steps_is_known_by_hand():
    # z = -1.265 ... 1.265; the largest gap is 2/5 - Phi(-0.6325) = 0.4 - 0.26354.
    distance, p = normality(np.arange(5.0))
    assert distance == pytest.approx(0.13646, abs=1e-5)
    assert p > 0.9


@pytest.mark.parametrize("n, critical", [(10, 0.262), (20, 0.192), (30, 0.159)])
def test_lilliefors_p_is_five_percent_at_its_critical_value(n, critical):
    # Critical values at 0.05 of the corrected table: Dallal & Wilkinson (1986), Am Stat 40:294.
    from statsmodels.stats._lilliefors import get_lilliefors_table

    assert get_lilliefors_table("norm").prob(critical, n) == pytest.approx(0.05, abs=0.005)


def test_too_few_or_equal_values_have_no_normality():
    assert np.isnan(normality(np.array([1.0, 2.0, 3.0]))).all()
    assert np.isnan(normality(np.ones(9))).all()


def test_normal_cohorts_are_compared_by_anova_and_skewed_ones_by_ranks():
    rng = np.random.default_rng(5)
    normal = [rng.normal(60 + shift, 5, 40) for shift in (0, 1, 2)]
    assert compare_numbers(normal)["test"] == "one-way ANOVA"
    skewed = [np.exp(group / 5) for group in normal]
    found = compare_numbers(skewed)
    assert found["test"] == "Kruskal-Wallis"
    # Ranks do not change under exp: the same P as for the normal ones.
    same = compare_numbers(normal)["p_kruskal"]
    assert found["p"] == pytest.approx(same, rel=1e-12)


def test_anova_matches_a_calculation_by_hand():
    # Means 2, 3, 7; between 42/2 = 21, within 6/6 = 1: F = 21 with (2, 6) degrees of freedom.
    groups = [np.array([1.0, 2, 3]), np.array([2.0, 3, 4]), np.array([6.0, 7, 8])]
    found = compare_numbers(groups)
    assert found["p_anova"] == pytest.approx((1 + 2 * 21 / 6) ** -3)


def test_the_papers_class_counts_give_its_chi_squared():
    # Development 150/145/60 against test 52/30/19: P = 0.121.
    counts = np.array([[150, 145, 60], [52, 30, 19]])
    found = compare_counts(counts, rng=np.random.default_rng(1), **EXACT)
    assert found["test"] == "chi-squared"
    assert found["p"] == pytest.approx(0.121, abs=5e-4)


def test_small_counts_take_the_exact_test():
    counts = np.array([[17, 9, 3], [8, 4, 2], [6, 3, 4]])
    found = compare_counts(counts, rng=np.random.default_rng(1), **EXACT)
    assert found["test"] == "Fisher-Freeman-Halton"
    assert found["p"] == pytest.approx(_enumerated(counts), abs=0.006)
    assert np.isnan(found["statistic"])


def _enumerated(counts):
    """Exact P of a 3 x 3 table, from every table of the same margins."""
    from itertools import product
    from math import exp, lgamma

    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    weights = []
    for a, b, c, d in product(*[range(min(r, k) + 1) for r in rows[:2] for k in columns[:2]]):
        table = np.array([[a, b, rows[0] - a - b], [c, d, rows[1] - c - d]])
        table = np.vstack([table, columns - table.sum(axis=0)])
        if table.min() >= 0:
            weights.append(exp(-sum(lgamma(cell + 1) for cell in table.ravel())))
    seen = exp(-sum(lgamma(cell + 1) for cell in counts.ravel()))
    return sum(w for w in weights if w <= seen * (1 + 1e-9)) / sum(weights)


def test_an_empty_cohort_or_a_single_level_is_not_tested():
    for counts in ([[5, 5], [0, 0]], [[5, 0], [6, 0]]):
        found = compare_counts(np.array(counts), rng=np.random.default_rng(1), **EXACT)
        assert found["test"] == "not tested"
    assert compare_numbers([np.ones(5), np.ones(1)])["test"] == "not tested"


def test_standardised_differences_match_calculations_by_hand():
    groups = [np.array([0.0, 2.0]), np.array([3.0, 5.0])]  # means 1 and 4, both variances 2
    assert max_difference(groups) == pytest.approx(3 / np.sqrt(2))
    # Two levels: (0.5 - 0.2) / sqrt((0.25 + 0.16) / 2).
    fractions = np.array([[5, 5], [2, 8]])
    assert max_fraction_difference(fractions) == pytest.approx(0.3 / np.sqrt(0.205))


@pytest.mark.parametrize(
    "p, text", [(0.0499, "0.050"), (0.0009, "<0.001"), (0.9996, ">0.999"), (np.nan, "–")]
)
def test_p_values_are_printed_with_three_decimals(p, text):
    assert p_text(p) == text


@pytest.fixture
def study():
    rng = np.random.default_rng(3)
    n = 60
    dose = rng.lognormal(5.4, 0.3, n)
    frame = pd.DataFrame(
        {
            "patient": [f"P{number}" for number in range(n)],
            "status": "included",
            "sex": rng.choice(["F", "M"], n),
            "age": rng.normal(68, 8, n),
            "dlp_mgy_cm": dose,
            "effective_dose_msv": dose * 0.015,
            "diagnosis": np.tile(["normal", "osteopenia", "osteoporosis"], 20),
            "split": np.repeat(["training", "validation", "test"], [33, 14, 13]),
        }
    )
    outsider = pd.DataFrame({"patient": ["X"], "status": ["excluded"], "age": [20.0]})
    return pd.concat([frame, outsider], ignore_index=True)


def test_table_1_has_n_on_top_and_counts_only_the_included(study):
    printed, _ = patients_table(study, **SETTINGS)
    assert list(printed.iloc[0][["training", "validation", "test"]]) == ["33", "14", "13"]
    classes = printed[
        printed["characteristic"].isin(["  Normal", "  Osteopenia", "  Osteoporosis"])
    ]
    assert sum(int(cell.split()[0]) for cell in classes["training"]) == 33


def test_table_1_prints_what_its_values_say(study):
    printed, values = patients_table(study, **SETTINGS)
    age = values[values["variable"].eq("age") & values["cohort"].eq("training")].iloc[0]
    row = printed[printed["characteristic"].eq("Age, years, mean ± SD")].iloc[0]
    assert row["training"] == f"{age['mean']:.1f} ± {age['sd']:.1f}"
    assert age["mean"] == pytest.approx(study["age"][:33].mean())
    assert row["test_name"] == "one-way ANOVA"


def test_missing_values_are_reported_not_filled(study):
    study.loc[0, "age"] = np.nan
    study.loc[1, "sex"] = None
    printed, values = patients_table(study, **SETTINGS)
    labels = " ".join(printed["characteristic"])
    assert labels.count("(not known in 1)") == 2
    ages = values[values["variable"].eq("age")].set_index("cohort")
    assert ages["n"]["training"] == 32


def test_the_same_seed_gives_the_same_table(study):
    pd.testing.assert_frame_equal(
        patients_table(study, **SETTINGS)[1], patients_table(study, **SETTINGS)[1]
    )


def test_a_tiny_cohort_has_a_table_too(study):
    tiny = study.groupby("split").head(1)
    printed, _ = patients_table(tiny, **SETTINGS)
    assert printed["test_name"].isin(["", "not tested", "Fisher-Freeman-Halton"]).all()


def test_table_s1_gives_the_dose_of_each_cohort_and_of_all(study):
    printed, values = dose_table(study)
    assert list(printed["cohort"]) == ["training", "validation", "test", "all"] * 2
    assert list(printed["patients"][:4]) == [33, 14, 13, 60]
    means = values.set_index(["variable", "cohort"])["mean"]
    ratio = means["effective_dose_msv"]["test"] / means["dlp_mgy_cm"]["test"]
    assert ratio == pytest.approx(0.015)


# tableone 0.9.6 of the same 60 patients: TableOne(included, columns=[...], groupby="split",
# categorical=["sex", "diagnosis"], nonnormal=["dlp_mgy_cm"], pval=True, htest_name=True, smd=True).
TABLEONE = {  # as printed for training, validation and test; P; the largest of the three SMDs
    "Age, years, mean ± SD": (("68.1 (8.9)", "71.4 (8.0)", "67.3 (8.1)"), 0.391711, 0.504782),
    "  Women": (("13 (39.4)", "9 (64.3)", "4 (30.8)"), 0.169723, 0.712464),
    "  Men": (("20 (60.6)", "5 (35.7)", "9 (69.2)"), 0.169723, 0.712464),
    "Dose-length product, mGy·cm, median (Q1, Q3)": (
        ("206.5 [193.3,260.4]", "225.4 [173.0,268.9]", "237.2 [207.6,263.8]"),
        0.770102,
        0.200634,
    ),
    "  Osteoporosis": (("11 (33.3)", "4 (28.6)", "5 (38.5)"), None, 0.210674),
}
VARIABLES = ("age", "sex", "sex", "dlp_mgy_cm", "diagnosis")


@pytest.mark.parametrize("label, variable", zip(TABLEONE, VARIABLES, strict=True))
def test_table_1_equals_tableone(study, label, variable):
    cells, p, difference = TABLEONE[label]
    printed, values = patients_table(study, **SETTINGS)
    row = printed[printed["characteristic"].eq(label)].iloc[0]
    for split, cell in zip(("training", "validation", "test"), cells, strict=True):
        assert [*map(float, findall(r"[\d.]+", row[split]))] == [
            *map(float, findall(r"[\d.]+", cell))
        ]
    compared = values.set_index(["variable", "cohort"]).loc[(variable, "compared")]
    assert compared["max_standardised_difference"] == pytest.approx(difference, abs=1e-6)
    if p is None:  # tableone warns of expected counts under 5 and tests by chi-squared all the same
        assert compared["test"] == "Fisher-Freeman-Halton"
    else:
        assert compared["p"] == pytest.approx(p, abs=1e-6)
