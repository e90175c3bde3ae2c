"""What is wrong with an input is reported, or recorded for its patient, and the others go on."""

import pandas as pd
import pytest
import SimpleITK as sitk
from tiny import OwnTables


@pytest.fixture
def own(tiny_study, tmp_path):
    study = tiny_study.copy(tmp_path)
    return study, OwnTables(study)


def test_bad_rows_of_both_tables_are_all_listed_before_any_job(own):
    study, tables = own
    tables.set("S0001", "age", "seventeen")
    tables.set("S0002", "exam_date", "03.04.2024")
    tables.qct.loc[0, "side"] = "port"
    output = study.snakemake(settings=tables.write(), check=False)
    for found in ("column age: found 'seventeen'", "'03.04.2024'", "'port'", "3 problems"):
        assert found in output
    assert "steps" not in output


def test_bad_images_are_recorded_and_the_rest_of_the_study_runs(own):
    study, tables = own
    included = study.read("cohort/study.csv").query("status == 'included'")
    missing, unreadable, unmarked, *_ = included.patient[included.diagnosis == "osteopenia"]
    others = set(included.patient) - {missing, unreadable}
    tables.set(missing, "ct", "nowhere.nii.gz")
    (tables.folder / "noise.nii.gz").write_bytes(b"not an image")
    tables.set(unreadable, "ct", "noise.nii.gz")
    mask = sitk.ReadImage(tables.participants.set_index("patient").loc[unmarked, "mask"])
    sitk.WriteImage(mask * 0, tables.folder / "empty.nii.gz")
    tables.set(unmarked, "mask", "empty.nii.gz")
    settings = tables.write(split={"test_fraction": 0.1})  # leaves two of a class to train with
    study.snakemake("results/segmentation/cases.csv", settings=settings)
    cohort = study.read("cohort/study.csv").set_index("patient")
    for patient in (missing, unreadable):
        assert cohort.status[patient] == "excluded"
        assert cohort.reason[patient].startswith("unusable CT")
        assert "nowhere" not in cohort.reason[patient] and "noise" not in cohort.reason[patient]
    assert (cohort.status[sorted(others)] == "included").all()
    left_out = pd.read_csv(study.folder / "results/segmentation/left_out.csv", dtype=str)
    assert list(left_out.patient) == [unmarked]
    assert left_out.reason[0].endswith(".")
