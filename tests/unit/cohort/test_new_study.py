import csv
import subprocess
import sys

import pytest
import SimpleITK as sitk
from hospital import ROOT, pelvis, slices_of, write

from osteoct.cohort.new_study import new_study
from osteoct.cohort.tables import TableProblems, read_participants


@pytest.fixture
def ward(tmp_path):
    """A hospital's folder: a DICOM folder, a NIfTI file, and things that are no CT."""
    ct = pelvis()
    write(
        slices_of(ct, PatientID="4711", PatientName="Müller^Änne"),
        tmp_path / "ward" / "Müller Änne",
    )
    sitk.WriteImage(ct, tmp_path / "ward" / "Doe John.nii.gz")
    (tmp_path / "ward" / "list.xlsx").write_bytes(b"")
    return tmp_path


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_a_folder_of_scans_becomes_tables_with_neutral_names(ward):
    counts = new_study(ward / "ward", ward / "study")
    participants = table(ward / "study" / "participants.tsv")
    assert [row["patient"] for row in participants] == ["H0001", "H0002"]
    assert [row["ct"] for row in participants] == ["scans/H0001.nii.gz", "scans/H0002"]
    dicom = participants[1]
    assert (dicom["sex"], dicom["age"], dicom["exam_date"]) == ("F", "71", "2024-03-04")
    assert read_participants(ward / "study" / "participants.tsv")[1]["age"] == 71
    private = ward / "study" / "private" / "identities.tsv"
    assert table(private)[1]["hospital_id"] == "4711"
    assert private.stat().st_mode & 0o077 == 0
    shown = counts + (ward / "study" / "participants.tsv").read_text()
    assert not any(name in shown for name in ("Müller", "Doe", "4711"))


def test_an_existing_study_is_never_overwritten(ward):
    new_study(ward / "ward", ward / "study")
    with pytest.raises(ValueError, match="TO is not empty"):
        new_study(ward / "ward", ward / "study")


def test_a_folder_without_scans_is_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="holds no folder, zip archive or image"):
        new_study(tmp_path, tmp_path / "study")


def test_a_place_that_cannot_be_written_is_a_sentence(ward):
    (ward / "file").write_text("")
    command = [sys.executable, "-m", "osteoct.cohort.new_study", ward / "ward", ward / "file" / "x"]
    output = subprocess.run(command, cwd=ROOT / "workflow/scripts", capture_output=True, text=True)
    assert output.returncode == 1
    assert output.stderr == "TO cannot be written: Not a directory.\n"


def test_a_bad_patient_name_or_path_is_not_quoted(ward):
    new_study(ward / "ward", ward / "study")
    path = ward / "study" / "participants.tsv"
    path.write_text(path.read_text().replace("H0001\t", "Müller, Änne\t"))
    with pytest.raises(
        TableProblems, match="row 2, column patient: found text that is not shown"
    ) as e:
        read_participants(path)
    assert "Müller" not in str(e.value)
