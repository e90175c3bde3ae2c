import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from osteoct.cohort.enrolment import (
    COLUMNS,
    EXCLUSIONS,
    HALF_MEASURED,
    LATE,
    NO_SITE,
    UNDATED,
    UNUSABLE,
    flow_counts,
    identical_scans,
    select_new,
    select_study,
)
from osteoct.figures.flow import draw_flow
from osteoct.figures.style import SYNTHETIC_NOTE, save_figure
from osteoct.storage import StudyProblem

SETTINGS = {
    "cohort": {
        "max_days_to_qct": 7,
        "dose_factor_msv_per_mgy_cm": 0.015,
        "incomplete_qct": "label",
    },
    "diagnosis": {
        "side": "left",
        "regions": ["femoral_neck", "total_hip"],
        "osteopenia_below": -1.0,
        "osteoporosis_at_or_below": -2.5,
    },
    "splitting": {"seed": 1, "test_fraction": 0.2, "training_fraction": 0.7, "test_sites": []},
}


@pytest.fixture
def participants():
    """Thirty patients, a scan a day, QCT on the day after."""
    days = pd.Series(pd.date_range("2024-01-01", periods=30))
    return pd.DataFrame(
        {
            "patient": [f"{number:03d}" for number in range(30)],
            "sex": ["F", "M"] * 15,
            "age": np.linspace(50, 90, 30),
            "site": None,
            "exam_date": days.dt.strftime("%Y-%m-%d"),
            "qct_date": (days + pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d"),
            "dlp_mgy_cm": 200.0,
            "ct": "ct.nii.gz",
            "mask": None,
            "mask_reader2": None,
            "exclusion": None,
        }
    ).astype({"exclusion": object, "qct_date": object})


@pytest.fixture
def measurements(participants):
    scores = np.tile([0.0, -2.0, -3.0], 10)
    return pd.DataFrame(
        {
            "patient": participants["patient"],
            "side": "left",
            "region": "total_hip",
            "bmd_g_cm2": 0.8,
            "t_score": scores,
        }
    )


@pytest.fixture
def images(participants):
    image_qc = {"patient": participants["patient"], "status": "done", "reason": None}
    return pd.DataFrame(image_qc).astype({"reason": object})


def select(participants, measurements, images, **changes):
    study = select_study(participants, measurements, images, **{**SETTINGS, **changes})
    return study.set_index("patient")


def test_patients_with_everything_are_included_diagnosed_and_split(
    participants, measurements, images
):
    study = select_study(participants, measurements, images, **SETTINGS)
    assert list(study.columns) == COLUMNS
    assert study["status"].eq("included").all()
    assert study["reason"].eq("").all()
    assert list(study["diagnosis"][:3]) == ["normal", "osteopenia", "osteoporosis"]
    assert study["split"].value_counts().to_dict() == {"training": 16, "validation": 8, "test": 6}
    assert study["effective_dose_msv"].eq(3.0).all()


def test_the_first_reason_counts(participants, measurements, images):
    late = "2024-06-01"
    participants.loc[0, ["exclusion", "qct_date"]] = ["hip fracture", late]
    images.loc[[0, 1], ["status", "reason"]] = ["failed", "The CT cannot be read. Export it again."]
    participants.loc[[1, 2], "qct_date"] = late
    measurements.loc[2, "t_score"] = np.nan
    study = select(participants, measurements, images)
    assert study["status"][:3].eq("excluded").all()
    assert list(study["reason"][:3]) == [
        "hip fracture",
        f"{UNUSABLE}: The CT cannot be read. Export it again.",
        LATE,
    ]
    assert study["diagnosis"][:3].eq("").all()
    assert study[["t_score", "region", "split"]][:3].isna().all(axis=None)


@pytest.mark.parametrize(
    "day, status",
    [("2023-12-25", "included"), ("2024-01-08", "included")]
    + [("2023-12-24", "excluded"), ("2024-01-09", "excluded")],
)
def test_a_week_before_or_after_is_within_a_week(participants, measurements, images, day, status):
    participants.loc[0, "qct_date"] = day
    assert select(participants, measurements, images)["status"].iloc[0] == status


def test_dates_leave_as_days_since_the_first_ct_and_from_ct_to_qct(
    participants, measurements, images
):
    participants.loc[3, "qct_date"] = None
    study = select(participants, measurements, images)
    assert list(study["exam_day"]) == list(range(30))
    assert list(study["qct_after_days"].isna()) == [number == 3 for number in range(30)]
    assert study["qct_after_days"].dropna().eq(1).all()
    assert not study.astype(str).stack().str.contains("2024-").any()


def test_a_t_score_without_a_date_is_not_trusted(participants, measurements, images):
    participants.loc[0, "qct_date"] = None
    assert select(participants, measurements, images)["reason"].iloc[0] == UNDATED


def test_without_a_t_score_a_patient_is_unlabelled_not_excluded(participants, measurements, images):
    measurements.loc[0, "t_score"] = np.nan
    measurements.loc[1, "side"] = "right"
    measurements.loc[2, "region"] = "trochanter"
    participants.loc[[0, 1, 2], "qct_date"] = None
    study = select(participants, measurements, images)
    assert study["status"][:3].eq("unlabelled").all()
    assert study["reason"][:3].eq("no T-score of the left hip").all()
    assert study["split"][:3].isna().all()


def test_no_mask_is_no_reason_against_a_patient(participants, measurements, images):
    assert select(participants, measurements, images)["status"].eq("included").all()


def test_nobody_included_is_an_error_that_counts_the_reasons(participants, measurements, images):
    participants["exclusion"] = "hip fracture"
    with pytest.raises(ValueError, match=r"None of 30 screened .* hip fracture \(30\)"):
        select(participants, measurements, images)


def test_too_few_of_a_class_is_an_error_that_says_who_was_left_out_and_why(
    participants, measurements, images
):
    images.loc[[1, 2], "status"] = "failed"
    images.loc[[1, 2], "reason"] = ["There is no CT.", "Tilted. Scan again."]
    participants.loc[participants.index[4:], "exclusion"] = "hip fracture"
    left_out = (
        r"expected 2 or more .* Of 30 screened, 28 are left out: hip fracture \(26\), unusable"
    )
    with pytest.raises(StudyProblem, match=left_out + r" CT \(2\)\."):
        select(participants, measurements, images)


def test_a_patient_missing_from_image_qc_is_an_error(participants, measurements, images):
    with pytest.raises(ValueError, match="no row for \\['004'\\]"):
        select(participants, measurements, images.drop(4))


def test_new_patients_have_no_label_and_no_split(participants, images):
    images.loc[1, ["status", "reason"]] = ["failed", "There is no CT."]
    new = select_new(participants, images, cohort=SETTINGS["cohort"])
    assert list(new.columns) == COLUMNS
    assert new["status"].value_counts().to_dict() == {"unlabelled": 29, "excluded": 1}
    assert new["reason"].iloc[1] == f"{UNUSABLE}: There is no CT."
    assert new[["t_score", "diagnosis", "split"]].isna().all(axis=None)


@pytest.fixture
def flow(participants, measurements, images):
    participants.loc[:4, "exclusion"] = EXCLUSIONS
    images.loc[[5, 6], ["status", "reason"]] = ["failed", "The CT is short."]
    participants.loc[7, "qct_date"] = "2024-09-09"
    participants.loc[8, "qct_date"] = None
    measurements.loc[9, "t_score"] = np.nan
    study = select(participants, measurements, images).reset_index()
    return flow_counts(study, not_segmented=study.loc[study["split"] == "test", "patient"].head(1))


def test_the_flow_adds_up_to_the_screened(flow):
    of = flow.groupby("step")["patients"].sum()
    assert of["screened"] == of["excluded"] + of["unlabelled"] + of["included"] == 30
    assert of["included"] == of[["training", "validation", "test"]].sum() == 20
    classes = flow.set_index("step")[["normal", "osteopenia", "osteoporosis"]].sum(axis=1)
    assert classes["included"] == 20


def test_the_flow_names_every_reason_in_order(flow):
    excluded = flow[flow["step"].eq("excluded")]
    assert list(excluded["reason"]) == [*EXCLUSIONS, UNUSABLE, LATE, UNDATED]
    assert list(excluded["patients"]) == [1, 1, 1, 1, 1, 2, 1, 1]


def test_the_figure_prints_every_count_of_the_flow(flow):
    printed = [text.get_text() for text in draw_flow(flow, by_site=False).findobj(Text)]
    for head in ("Screened (n = 30)", "Excluded (n = 9)", "No T-score (n = 1)"):
        assert head in printed
    for row in flow[flow["step"].isin(["training", "validation", "test"])].itertuples():
        assert f"{row.step.capitalize()} (n = {row.patients})" in printed
    assert {*EXCLUSIONS, UNUSABLE, LATE, UNDATED} <= set(printed)
    assert printed.count("of these not segmented") == 3
    assert {"examined first", "examined last"} <= set(printed)


def test_a_figure_without_a_layout_says_that_its_patients_are_synthetic(flow, tmp_path):
    figure = draw_flow(flow, by_site=False)
    save_figure(figure, tmp_path / "figure1.pdf", synthetic=True)
    assert SYNTHETIC_NOTE in [text.get_text() for text in figure.texts]


def test_the_figure_says_that_other_sites_test(flow):
    printed = [text.get_text() for text in draw_flow(flow, by_site=True).findobj(Text)]
    assert {"other sites", "test sites"} <= set(printed) and "examined last" not in printed


def test_where_sites_are_split_a_patient_of_no_known_site_is_excluded(
    participants, measurements, images
):
    participants["site"] = np.tile(["A", "A", "A", "B", "B", "B"], 5)
    participants.loc[[4, 9], "site"] = None
    measurements.loc[9, "t_score"] = np.nan
    splitting = {**SETTINGS["splitting"], "test_sites": ["B"]}
    study = select(participants, measurements, images, splitting=splitting)
    assert study.loc["004", ["status", "reason"]].tolist() == ["excluded", NO_SITE]
    assert study.loc["009", "status"] == "unlabelled"
    included = study[study["status"].eq("included")]
    assert included["split"].eq("test").equals(included["site"].eq("B"))
    assert select(participants, measurements, images).loc["004", "status"] == "included"


def test_the_flow_counts_who_could_not_be_segmented(flow):
    of = flow.groupby("step")["not_segmented"].sum()
    assert of[["included", "training", "validation", "test"]].tolist() == [1, 0, 0, 1]


@pytest.fixture
def halves(measurements):
    """QCT of both regions, but for 000, 001 and 002: their total hip alone."""
    both = [measurements, measurements.assign(region="femoral_neck")[3:]]
    return pd.concat(both, ignore_index=True)


def test_half_a_qct_labels_unless_the_settings_say_otherwise(participants, halves, images, caplog):
    with caplog.at_level("INFO", logger="osteoct"):
        study = select(participants, halves, images)
    assert study["status"].eq("included").all()
    assert "3 included patients have no T-score of one or more" in caplog.text
    assert select(participants, halves[3:], images)["status"]["000"] == "unlabelled"


def test_half_a_qct_that_is_left_out_labels_only_who_is_osteoporotic(participants, halves, images):
    cohort = SETTINGS["cohort"] | {"incomplete_qct": "leave_out"}
    study = select(participants, halves, images, cohort=cohort)
    assert list(study["status"][:3]) == ["unlabelled", "unlabelled", "included"]
    assert study["reason"][:2].eq(HALF_MEASURED).all() and study["diagnosis"][:2].eq("").all()
    assert study["diagnosis"]["002"] == "osteoporosis"
    assert study["status"][3:].eq("included").all()


def test_a_whole_qct_is_not_remarked_on(participants, halves, images, caplog):
    both = pd.concat([halves, halves[:3].assign(region="femoral_neck")], ignore_index=True)
    empty = halves[:3].assign(region="trochanter", t_score=np.nan)
    with caplog.at_level("INFO", logger="osteoct"):
        select(participants, pd.concat([both, empty], ignore_index=True), images)
    assert caplog.text == ""


def test_an_empty_t_score_is_half_a_qct_too(participants, halves, images, caplog):
    halves.loc[halves["patient"].eq("005") & halves["region"].eq("femoral_neck"), "t_score"] = None
    with caplog.at_level("INFO", logger="osteoct"):
        select(participants, halves, images)
    assert "4 included patients" in caplog.text


def test_the_same_ct_under_two_names_is_said(participants, measurements, images, caplog):
    hashes = [f"hash{number}" for number in range(30)]
    hashes[4], hashes[9], hashes[7], hashes[8] = hashes[2], hashes[2], "", None
    same = images.assign(ct_sha256=hashes)
    with caplog.at_level("INFO", logger="osteoct"):
        select(participants, measurements, same)
    assert "3 patients have the very CT of another one" in caplog.text
    assert identical_scans(same) == [["002", "004", "009"]]
