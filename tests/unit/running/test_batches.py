"""What a batch remembers of its patients."""

import pandas as pd

from osteoct.batches import for_each_patient

PEOPLE = pd.DataFrame({"patient": ["A", "B"]})


def table():
    return for_each_patient(
        PEOPLE, lambda row, folder: {"right": 1.5, "left": None}, step="measure", files=[], key=1
    )


def test_a_batch_that_goes_on_writes_the_table_of_one_that_was_never_stopped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    whole = table()
    (tmp_path / "results/patients/B/measure.json").unlink()
    again = table()
    assert list(whole) == ["patient", "status", "reason", "right", "left"]
    assert again.to_csv() == whole.to_csv()
