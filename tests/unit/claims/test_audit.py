"""The audit of a paper's printed claims: of Du et al. (2025), and of any other."""

from pathlib import Path

import pandas as pd
import pytest
from test_printed import PRINTED

from osteoct.claims.audit import COLUMNS, audit
from osteoct.claims.table import read_claims

DU2025 = Path(__file__).parents[3] / "resources/claims/du2025.csv"


@pytest.fixture(scope="module")
def du2025():
    return audit(read_claims(DU2025), paper="A paper", confidence=0.95)


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
        "normal 150, osteopenia 145, osteoporosis 60"
        in printed.loc["Classes of test", "Conclusion"]
    )
    assert "PPV 0.561" in printed.loc["Rates of osteopenia, test", "Conclusion"]
    assert printed.loc["Dice, test", "Conclusion"].startswith("At least 2 failed patients")
    assert "add up" in printed.loc["Patient flow", "Conclusion"]
    assert printed["Conclusion"].str.contains("two intervals").sum() == 2


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
    printed, _ = audit(claims, paper="A paper", confidence=0.95)
    assert printed.loc[1, "Conclusion"] == "The stated method reproduces it."
    assert printed.loc[1, "Implied counts"] == "9/10"


def test_without_counts_every_fraction_is_tried():
    claims = claim(
        measure="specificity", estimate="0.667", low="0.354", high="0.879", patients="20"
    )
    printed, values = audit(claims, paper="A paper", confidence=0.95)
    assert set(values.numerator / values.denominator) == {2 / 3}
    assert "Wilson score" in printed.loc[1, "Reproduced by"]


def test_an_auc_without_counts_cannot_be_audited():
    claims = claim(measure="auc", estimate="0.90", low="0.80", high="0.95", stated_method="wilson")
    printed, values = audit(claims, paper="A paper", confidence=0.95)
    assert "cannot be recomputed" in printed.loc[1, "Conclusion"]
    assert values.empty


def test_predictive_values_of_another_paper_are_rebuilt_from_its_counts():
    rates = dict(zip(("sensitivity", "specificity", "accuracy"), PRINTED["normal"], strict=True))
    rows = [
        claim(measure=m, estimate=value, patients="101").iloc[0].to_dict()
        for m, value in rates.items()
    ]
    ppv = claim(measure="ppv", estimate="0.846", low="0.725", high="0.920").iloc[0].to_dict()
    printed, _ = audit(pd.DataFrame([*rows, ppv]), paper="A paper", confidence=0.95)
    assert printed.loc[1, "Implied counts"] == "44/52"
    assert "Wilson score" in printed.loc[1, "Reproduced by"]


def test_classes_that_do_not_cover_all_patients_say_nothing_of_a_matrix():
    only = claim(measure="sensitivity", estimate="0.846", patients="101")
    rows = [
        only.iloc[0].to_dict() | {"measure": m, "estimate": e, "class": name}
        for name in ("normal", "osteoporosis")
        for m, e in zip(("sensitivity", "specificity", "accuracy"), PRINTED[name], strict=True)
    ]
    printed, _ = audit(pd.DataFrame(rows), paper="A paper", confidence=0.95)
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
    for part in ("81.0 % as 0.810", "row 3, column measure: found 'recall'", "found 'ten'"):
        assert part in str(error.value)
    path.write_text("measure,estimate\nauc,0.9\n")
    with pytest.raises(ValueError, match="has no column"):
        read_claims(path)


def test_nothing_to_audit_gives_headings_only():
    printed, values = audit(claim().iloc[:0], paper="A paper", confidence=0.95)
    assert list(printed) == COLUMNS
    assert (printed.drop(columns="Claim") == "").all(axis=None)
    assert values.empty


def test_the_documented_example_comes_out_as_documented(tmp_path):
    text = (DU2025.parents[2] / "docs/methods.md").read_text(encoding="utf-8")
    path = tmp_path / "other.csv"
    path.write_text(text.split("```csv\n")[1].split("```")[0])
    found, _ = audit(read_claims(path), paper="Other", confidence=0.95)
    shown = text.split("| conclusion |\n")[1].split("\n\n")[0].splitlines()[1:]
    columns = ["Claim", "Printed", "Implied counts", "Reproduced by", "Conclusion"]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown]
    assert rows == found.loc[1 : len(rows), columns].to_numpy().tolist()
