import pandas as pd

from osteoct.report.summary import STEPS, status_of, summarise, summary_text

DONE = {"status": "done", "reason": None}
FAILED = {"status": "failed", "reason": "x"}


def case(patient, status, reason=None, predicted=None, **steps):
    return {
        "patient": patient,
        "person": {"status": status, "reason": reason},
        "steps": {name: steps.get(name) for name in ("image_qc", "femurs", "features")},
        "prediction": {"predicted": predicted} if predicted else None,
    }


CASES = pd.DataFrame(
    [
        case("A", "included", None, "normal", image_qc=DONE, femurs=DONE, features=DONE),
        case("B", "excluded", "unusable CT: Cut off.", image_qc=FAILED),
        case("C", "unlabelled", "no T-score", "normal", image_qc=DONE, femurs=DONE, features=DONE),
        case("D", "included", image_qc=DONE, femurs=FAILED | {"reason": "Not found. Do."}),
        case("E", "excluded", "hip fracture", image_qc=DONE),
    ]
)


def test_every_patient_has_one_row_that_says_how_far_they_came_and_why_no_further():
    table = status_of(CASES).set_index("patient")
    assert list(table["ended"]) == ["classified", "", "classified", "image_qc", "image_qc"]
    assert list(table["why"]) == [
        *("", "Excluded: unusable CT: Cut off.", "no T-score", "Not found. Do."),
        "Excluded: hip fracture.",
    ]
    assert list(table.loc["D", STEPS]) == [
        *("included", "done", "failed", "not reached", "not reached")
    ]


def test_the_summary_counts_everybody_at_every_step():
    assert (summarise(CASES).groupby("step")["patients"].sum() == len(CASES)).all()


def test_the_console_names_rejected_and_failed_patients_with_their_reasons_and_nobody_else():
    text = summary_text(CASES, synthetic=False)
    named = text.split("Rejected or failed:\n")[1].split("\n\n")[0].splitlines()
    assert named == ["  B  Excluded: unusable CT: Cut off.", "  D  Not found. Do."]


def test_the_same_ct_under_two_names_is_in_the_closing_text():
    scans = [DONE | {"ct_sha256": digest} for digest in ("1", "2", "1")]
    cases = [case(name, "included", image_qc=scan) for name, scan in zip("ABC", scans, strict=True)]
    text = summary_text(pd.DataFrame(cases), synthetic=False)
    assert "The same CT, voxel for voxel:\n  A, C\n" in text
    assert "voxel" not in summary_text(pd.DataFrame(cases[:2]), synthetic=False)
