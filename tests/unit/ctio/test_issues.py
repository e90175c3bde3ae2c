from ctio import CATALOGUE, NOTE, REJECTED, WARNING, Issue, RejectedInput


def test_every_issue_has_a_level_and_a_remedy():
    for kind in CATALOGUE.values():
        assert kind.level in (NOTE, WARNING, REJECTED)
        assert kind.remedy.endswith(".") and not kind.description.endswith(".")


def test_a_rejection_carries_its_issue_and_its_series():
    rejection = RejectedInput("no air", "The lowest value is 0.", [{"series": "1"}])
    assert rejection.issue == Issue("no air", "The lowest value is 0.")
    assert str(rejection) == f"The lowest value is 0. {CATALOGUE['no air'].remedy}"
    assert rejection.series == [{"series": "1"}] and isinstance(rejection, ValueError)
