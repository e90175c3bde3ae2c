"""What Du et al. (2025) printed, recomputed; and that the enumeration is one."""

from pathlib import Path

import pandas as pd
import pytest

from osteoct.claims.audit import COLUMNS, audit
from osteoct.claims.intervals import (
    auc_intervals,
    implied_standard_error,
    possible_areas,
    proportion_intervals,
    wilson_continuity,
)
from osteoct.claims.printed import (
    agrees,
    contingency_tables,
    failures_behind,
    fractions,
    joint_tables,
    numerators,
    one_matrix_possible,
    with_misses,
)
from osteoct.claims.table import read_claims

DU2025 = Path(__file__).parents[3] / "resources/claims/du2025.csv"
PRINTED = {
    "normal": ("0.846", "0.837", "0.842"),
    "osteopenia": ("0.767", "0.746", "0.752"),
    "osteoporosis": ("0.947", "0.963", "0.960"),
}
TABLES = {
    "normal": {"tp": 44, "fn": 8, "tn": 41, "fp": 8},
    "osteopenia": {"tp": 23, "fn": 7, "tn": 53, "fp": 18},
    "osteoporosis": {"tp": 18, "fn": 1, "tn": 79, "fp": 3},
}


@pytest.fixture(scope="module")
def du2025():
    return audit(read_claims(DU2025), paper="A paper", confidence=0.95, most_failures=5)


def tables_of(name):
    sensitivity, specificity, accuracy = PRINTED[name]
    return contingency_tables(
        patients=101, sensitivity=sensitivity, specificity=specificity, accuracy=accuracy
    )


@pytest.mark.parametrize("name", PRINTED)
def test_printed_rates_allow_one_table_of_counts_only(name):
    assert tables_of(name) == [TABLES[name]]


@pytest.mark.parametrize(
    "patients, sensitivity, specificity, accuracy",
    [
        (12, "0.50", "0.83", "0.67"),
        (30, "0.8", "0.9", "0.9"),
    ],
)
def test_enumeration_finds_what_brute_force_finds(patients, sensitivity, specificity, accuracy):
    expected = [
        {"tp": tp, "fn": m - tp, "tn": tn, "fp": patients - m - tn}
        for m in range(1, patients)
        for tp in range(m + 1)
        for tn in range(patients - m + 1)
        if agrees(tp / m, sensitivity)
        and agrees(tn / (patients - m), specificity)
        and agrees((tp + tn) / patients, accuracy)
    ]
    found = contingency_tables(
        patients=patients, sensitivity=sensitivity, specificity=specificity, accuracy=accuracy
    )
    assert found == expected
    assert found


def test_classes_of_the_test_cohort_add_up_in_one_way():
    joint = joint_tables({name: tables_of(name) for name in PRINTED}, patients=101)
    assert joint == [TABLES]


def test_one_confusion_matrix_cannot_hold_the_printed_rates():
    assert not one_matrix_possible(TABLES)
    assert one_matrix_possible({"a": {"fn": 1, "fp": 2}, "b": {"fn": 2, "fp": 1}})


def test_a_printed_zero_at_the_end_counts_as_a_digit():
    assert agrees(0.9604, "0.960") and not agrees(0.9606, "0.960")
    assert agrees(0.9606, "0.96")


def test_numerators_are_all_and_only_those_that_round_to_it():
    assert numerators("0.947", 19) == [18]
    assert numerators("0.5", 100) == list(range(45, 56))
    assert numerators("1.000", 7) == [7]
    assert (18, 19) in fractions("0.947", most_trials=101)


@pytest.mark.parametrize(
    "successes, trials, expected",
    [
        # Newcombe (1998), Stat Med 17:857-872, Table I, method 4.
        (81, 263, (0.2535, 0.3682)),
        (15, 148, (0.0598, 0.1644)),
        (0, 20, (0.0000, 0.2005)),
        (1, 29, (0.0018, 0.1963)),
    ],
)
def test_continuity_corrected_wilson_matches_newcombe_1998(successes, trials, expected):
    interval = wilson_continuity(successes, trials, confidence=0.95)
    assert interval == pytest.approx(expected, abs=5e-5)


def test_every_method_copes_with_the_ends():
    for successes in (0, 9):
        for low, high in proportion_intervals(successes, 9, confidence=0.95).values():
            assert 0 <= low <= successes / 9 <= high <= 1
    assert auc_intervals(1.0, 3, 4, confidence=0.95)["newcombe"][1] == 1


def test_an_area_is_a_count_of_half_pairs():
    assert possible_areas("0.75", 2, 2) == [0.75]
    assert possible_areas("0.960", 19, 82) == pytest.approx([2990 / 3116, 2991 / 3116, 2992 / 3116])


@pytest.mark.parametrize(
    "printed, expected",
    [
        (("0.828", "0.747", "0.909"), 0.0413),
        (("0.960", "0.913", "1.000"), 0.0240),
        (("0.040", "0.000", "0.087"), 0.0240),
        (("0.828", "0.740", "0.896"), None),
    ],
)
def test_symmetric_intervals_reveal_their_standard_error(printed, expected):
    error = implied_standard_error(*printed, confidence=0.95)
    assert (error != error) if expected is None else error == pytest.approx(expected, abs=5e-5)


def test_dice_of_the_test_cohort_needs_two_complete_misses():
    rows = failures_behind("0.955", "0.137", patients=101, usual_sd="0.012", most_failures=5)
    assert [row["possible"] for row in rows] == [False, True, True, True, True]
    assert rows[1]["usual_mean"] == pytest.approx(0.974, abs=5e-4)
    assert rows[1]["failed_low"] < 0 < rows[1]["failed_high"]


def test_failures_put_into_a_cohort_are_found_again():
    dice = pd.Series([0.97, 0.98, 0.99] * 30 + [0.30] * 3)
    rows = failures_behind(
        f"{dice.mean():.6f}",
        f"{dice.std():.6f}",
        patients=93,
        usual_sd=f"{dice[:90].std():.6f}",
        most_failures=5,
    )
    assert rows[2]["failed_mean"] == pytest.approx(0.30, abs=1e-3)
    assert rows[2]["usual_mean"] == pytest.approx(0.98, abs=1e-4)


def test_two_missed_patients_give_the_printed_spread_and_the_arithmetic_is_that_of_a_list():
    dice = [0.96, 0.97, 0.98, 0.99, 0.0, 0.0]
    usual = pd.Series(dice[:4])
    found = with_misses(usual.mean(), usual.std(), patients=6, misses=2)
    assert found == pytest.approx((pd.Series(dice).mean(), pd.Series(dice).std()))
    spreads = [with_misses(0.975, 0.012, patients=101, misses=k)[1] for k in range(4)]
    assert [agrees(spread, "0.137") for spread in spreads] == [False, False, True, False]


def test_no_interval_of_the_paper_is_wilson(du2025):
    printed, values = du2025
    assert not values[
        values.method.isin(["wilson", "newcombe", "wilson_effective"])
    ].reproduces.any()
    assert (printed["Reproduced by"] == "Clopper-Pearson").sum() == 6
    assert (printed["Reproduced by"] == "Binomial exact on all patients").sum() == 4
    assert (printed["Reproduced by"] == "none").sum() == 2


def test_each_interval_has_one_method_at_most(du2025):
    _, values = du2025
    keys = ["source", "class", "measure"]
    methods = values[values.reproduces].groupby(keys).method.nunique()
    assert len(methods) == 10
    assert (methods == 1).all()


def test_the_audit_says_what_the_paper_cannot(du2025):
    printed = du2025[0].set_index("Claim")
    assert (
        "missed 16, falsely called 29"
        in printed.loc["One confusion matrix, test", "Implied counts"]
    )
    assert (
        "normal 52, osteopenia 30, osteoporosis 19"
        in printed.loc["Classes of test", "Implied counts"]
    )
    assert (
        "normal 150, osteopenia 145, osteoporosis 60" in printed.loc["Classes of test", "Verdict"]
    )
    assert "PPV 0.561" in printed.loc["Rates of osteopenia, test", "Verdict"]
    assert printed.loc["Dice, test", "Verdict"].startswith("At least 2 failed patients")
    assert "add up" in printed.loc["Patient flow", "Verdict"]
    assert printed["Verdict"].str.contains("two intervals").sum() == 2


def claim(**given):
    """One claim of another paper; what is not given is empty."""
    columns = read_claims(DU2025).columns
    return pd.DataFrame([{**dict.fromkeys(columns, ""), "cohort": "test", "class": "ill", **given}])


def test_another_papers_wilson_interval_is_acknowledged():
    claims = claim(
        measure="sensitivity",
        estimate="0.90",
        low="0.60",
        high="0.98",
        successes="9",
        trials="10",
        stated_method="wilson",
    )
    printed, _ = audit(claims, paper="A paper", confidence=0.95, most_failures=3)
    assert printed.loc[1, "Verdict"] == "The stated method reproduces it."
    assert printed.loc[1, "Implied counts"] == "9/10"


def test_without_counts_every_fraction_is_tried():
    claims = claim(
        measure="specificity", estimate="0.667", low="0.354", high="0.879", patients="20"
    )
    printed, values = audit(claims, paper="A paper", confidence=0.95, most_failures=3)
    assert set(values.numerator / values.denominator) == {2 / 3}
    assert "Wilson score" in printed.loc[1, "Reproduced by"]


def test_an_area_without_counts_is_said_to_be_beyond_the_audit():
    claims = claim(measure="auc", estimate="0.90", low="0.80", high="0.95", stated_method="wilson")
    printed, values = audit(claims, paper="A paper", confidence=0.95, most_failures=3)
    assert "cannot be recomputed" in printed.loc[1, "Verdict"]
    assert values.empty


def test_predictive_values_of_another_paper_are_rebuilt_from_its_counts():
    rates = dict(zip(("sensitivity", "specificity", "accuracy"), PRINTED["normal"], strict=True))
    rows = [
        claim(measure=m, estimate=value, patients="101").iloc[0].to_dict()
        for m, value in rates.items()
    ]
    ppv = claim(measure="ppv", estimate="0.846", low="0.725", high="0.920").iloc[0].to_dict()
    printed, _ = audit(
        pd.DataFrame([*rows, ppv]), paper="A paper", confidence=0.95, most_failures=3
    )
    assert printed.loc[1, "Implied counts"] == "44/52"
    assert "Wilson score" in printed.loc[1, "Reproduced by"]


def test_classes_that_do_not_cover_all_patients_say_nothing_of_a_matrix():
    only = claim(measure="sensitivity", estimate="0.846", patients="101")
    rows = [
        only.iloc[0].to_dict() | {"measure": m, "estimate": e, "class": name}
        for name in ("normal", "osteoporosis")
        for m, e in zip(("sensitivity", "specificity", "accuracy"), PRINTED[name], strict=True)
    ]
    printed, _ = audit(pd.DataFrame(rows), paper="A paper", confidence=0.95, most_failures=3)
    assert not printed["Claim"].str.startswith("One confusion matrix").any()
    assert printed["Implied counts"].str.contains("TP 44, FN 8, TN 41, FP 8").any()


def test_problems_of_a_table_are_named_all_at_once(tmp_path):
    rows = [
        {"measure": "sensitivity", "estimate": "81.0", "low": "0.74"},
        {"measure": "recall", "estimate": "0.8", "trials": "ten"},
        {"measure": "dice", "estimate": "0.9", "stated_method": "exact"},
    ]
    path = tmp_path / "claims.csv"
    pd.concat([claim(**row) for row in rows]).to_csv(path, index=False)
    with pytest.raises(ValueError, match="has 6 problems") as error:
        read_claims(path)
    for told in ("81.0 % as 0.810", "row 3, column measure: found 'recall'", "found 'ten'"):
        assert told in str(error.value)
    path.write_text("measure,estimate\nauc,0.9\n")
    with pytest.raises(ValueError, match="has no column"):
        read_claims(path)


def test_nothing_to_audit_gives_headings_only():
    printed, values = audit(claim().iloc[:0], paper="A paper", confidence=0.95, most_failures=3)
    assert list(printed) == COLUMNS
    assert (printed.drop(columns="Claim") == "").all(axis=None)
    assert values.empty


def test_the_documented_example_comes_out_as_documented(tmp_path):
    text = (DU2025.parents[2] / "docs/claims.md").read_text(encoding="utf-8")
    path = tmp_path / "other.csv"
    path.write_text(text.split("```csv\n")[1].split("```")[0])
    found, _ = audit(read_claims(path), paper="Other", confidence=0.95, most_failures=3)
    shown = text.split("| verdict |\n")[1].split("\n\n")[0].splitlines()[1:]
    columns = ["Claim", "Printed", "Implied counts", "Reproduced by", "Verdict"]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown]
    assert rows == found.loc[1 : len(rows), columns].to_numpy().tolist()
