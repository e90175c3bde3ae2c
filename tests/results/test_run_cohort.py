"""Who was studied: every patient once, nobody on two sides, all counted."""

import pandas as pd

SPLITS = ["training", "validation", "test"]


def test_every_patient_is_listed_once(screened):
    assert screened["patient"].is_unique


def test_no_patient_is_both_trained_and_tested_on(study):
    included = study[study["status"] == "included"]
    assert set(included["split"]) <= set(SPLITS)
    assert included["patient"].is_unique


def test_only_included_patients_are_in_a_split_or_have_a_diagnosis(screened):
    others = screened[screened["status"] != "included"]
    assert others["split"].isna().all()
    assert others["diagnosis"].isna().all()


def test_every_included_patient_has_a_t_score_and_a_diagnosis(study):
    included = study[study["status"] == "included"]
    assert included[["t_score", "region", "diagnosis", "split"]].notna().all(axis=None)


def test_lower_t_scores_never_mean_a_better_diagnosis(study):
    included = study[study["status"] == "included"].sort_values("t_score", ascending=False)
    order = {"normal": 0, "osteopenia": 1, "osteoporosis": 2}
    assert included["diagnosis"].map(order).is_monotonic_increasing


def test_every_excluded_patient_has_a_reason(screened):
    assert screened.loc[screened["status"] == "excluded", "reason"].notna().all()


def test_the_test_cohort_was_examined_last(study):
    days = study["exam_day"]
    development = days[study["split"].isin(["training", "validation"])]
    assert development.max() <= days[study["split"] == "test"].min()


def test_the_flow_adds_up(results, study):
    flow = pd.read_csv(results / "cohort/flow.csv", keep_default_na=False)
    counts = flow.groupby("step")["patients"].sum()
    assert counts["screened"] == len(study)
    assert counts["screened"] == counts["excluded"] + counts["unlabelled"] + counts["included"]
    assert counts["included"] == counts[SPLITS].sum()
    for split in SPLITS:
        assert counts[split] == (study["split"] == split).sum()


def test_the_summary_counts_every_patient_once_at_every_step(results, screened):
    summary = pd.read_csv(results / "summary.csv", keep_default_na=False)
    assert (summary.groupby("step")["patients"].sum() == len(screened)).all()


def test_every_screened_patient_has_a_status_and_a_reason_if_without_a_class(results, screened):
    status = pd.read_csv(results / "cohort/status.csv", keep_default_na=False, dtype=str)
    assert sorted(status["patient"]) == sorted(screened["patient"])
    assert (status.loc[status["classified"] != "done", "why"] != "").all()
    assert not status["why"].str.contains("No step failed").any()
