"""What Du et al. (2025) printed, recomputed; and that the enumeration is one."""

import pandas as pd
import pytest

from osteoct.claims.intervals import (
    auc_intervals,
    implied_standard_error,
    possible_aucs,
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
    assert (18, 19) in fractions("0.947", max_trials=101)


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


def test_an_auc_is_a_count_of_half_pairs():
    assert possible_aucs("0.75", 2, 2) == [0.75]
    assert possible_aucs("0.960", 19, 82) == pytest.approx([2990 / 3116, 2991 / 3116, 2992 / 3116])


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
    rows = failures_behind("0.955", "0.137", patients=101, typical_sd="0.012")
    assert [row["possible"] for row in rows] == [False, True, True, True, True]
    assert rows[1]["typical_mean"] == pytest.approx(0.974, abs=5e-4)
    assert rows[1]["failed_low"] < 0 < rows[1]["failed_high"]


def test_failures_put_into_a_cohort_are_found_again():
    dice = pd.Series([0.97, 0.98, 0.99] * 30 + [0.30] * 3)
    rows = failures_behind(
        f"{dice.mean():.6f}",
        f"{dice.std():.6f}",
        patients=93,
        typical_sd=f"{dice[:90].std():.6f}",
    )
    assert rows[2]["failed_mean"] == pytest.approx(0.30, abs=1e-3)
    assert rows[2]["typical_mean"] == pytest.approx(0.98, abs=1e-4)


def test_two_missed_patients_give_the_printed_spread_and_the_arithmetic_is_that_of_a_list():
    dice = [0.96, 0.97, 0.98, 0.99, 0.0, 0.0]
    typical = pd.Series(dice[:4])
    found = with_misses(typical.mean(), typical.std(), patients=6, misses=2)
    assert found == pytest.approx((pd.Series(dice).mean(), pd.Series(dice).std()))
    spreads = [with_misses(0.975, 0.012, patients=101, misses=k)[1] for k in range(4)]
    assert [agrees(spread, "0.137") for spread in spreads] == [False, False, True, False]
