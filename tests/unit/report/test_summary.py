import pandas as pd

from osteoct.report.summary import STEPS, status_of, summarise

DONE = {"status": "done", "reason": None}


def case(patient, status, reason=None, predicted=None, **steps):
    return {
        "patient": patient,
        "person": {"status": status, "reason": reason},
        "steps": {name: steps.get(name) for name in ("images", "femurs", "features")},
        "prediction": {"predicted": predicted} if predicted else None,
    }


CASES = pd.DataFrame(
    [
        case("A", "included", None, "normal", images=DONE, femurs=DONE, features=DONE),
        case("B", "excluded", "unusable CT: Cut off.", images={"status": "failed", "reason": "x"}),
        case("C", "unlabelled", "no T-score", "normal", images=DONE, femurs=DONE, features=DONE),
        case("D", "included", images=DONE, femurs={"status": "failed", "reason": "Not found. Do."}),
        case("E", "excluded", "hip fracture", images=DONE),
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
