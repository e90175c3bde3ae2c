import csv
import subprocess
import sys
from datetime import date

import pytest
import SimpleITK as sitk
from hospital import ROOT, pelvis, slices_of, write

from osteoct.cohort.new_study import new_study
from osteoct.cohort.qct_export import nearest_scans, read_export
from osteoct.cohort.qct_import import import_qct
from osteoct.cohort.tables import TableProblems, read_cohort, read_participants

LONG = """\
Patient ID;Scan Date;Side;Region;aBMD (g/cm²);T-Score
4711;06.03.2024;L;Femoral Neck;0,612;-2,05
4711;06.03.2024;L;Total Hip;0,655;-2,35
4711;06.03.2024;R;Total Hip;0,701;-1,90
4711;01.02.2024;L;Total Hip;0,999;0,10
4711;06.03.2024;L;Lumbar;0,999;0,10
9999;06.03.2024;L;Total Hip;0,5;-3
;06.03.2024;L;Total Hip;0,5;-3
4711;yesterday;L;Total Hip;0,5;-3
"""
WIDE = """\
id,date,hip,Neck BMD,Neck T-Score,Total Hip BMD,Total Hip T-Score
4711,2024-03-06,left,612,-2.05,655,-2.35
4711,2024-03-06,right,,,701,-1.90
"""


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


def test_a_wide_export_says_the_same_as_a_long_one(tmp_path):
    for name, text in (("long.csv", LONG), ("wide.csv", WIDE)):
        (tmp_path / name).write_text(text, encoding="latin-1")
    wide, _ = read_export(tmp_path / "wide.csv")
    long, _ = read_export(tmp_path / "long.csv")
    assert all(row in long for row in wide)
    assert len(wide) == 3


def test_what_an_export_holds_besides_is_counted_not_hidden(tmp_path):
    (tmp_path / "long.csv").write_text(LONG, encoding="latin-1")
    measurements, skipped = read_export(tmp_path / "long.csv")
    assert len(measurements) == 5
    assert dict(skipped) == {
        "no patient": 1,
        "no readable date": 1,
        "no known region or no number": 1,
    }


def test_the_scan_nearest_to_the_ct_counts_if_it_is_near_enough(tmp_path):
    (tmp_path / "long.csv").write_text(LONG, encoding="latin-1")
    measurements, _ = read_export(tmp_path / "long.csv")
    for exam, scan in ((date(2024, 3, 4), date(2024, 3, 6)), (date(2024, 2, 3), date(2024, 2, 1))):
        rows, days, _ = nearest_scans(measurements, {"4711": "A"}, {"A": exam}, within_days=7)
        assert days == {"A": scan}
        assert len(rows) == (3 if scan.month == 3 else 1)
    rows, days, counts = nearest_scans(
        measurements, {"4711": "A"}, {"A": date(2024, 6, 1)}, within_days=7
    )
    assert (rows, days) == ([], {})
    assert counts["patients without a scan within 7 days"] == 1


def test_an_export_becomes_the_studys_own_tables_and_a_report_without_names(ward):
    new_study(ward / "ward", ward / "study")
    (ward / "export.csv").write_text(LONG, encoding="utf-8")
    report = import_qct(ward / "export.csv", ward / "study", within_days=7)
    participants, measurements = read_cohort(
        ward / "study" / "participants.tsv", ward / "study" / "qct.tsv"
    )
    assert participants[1]["qct_date"] == "2024-03-06"
    assert [(row["side"], row["region"], row["t_score"]) for row in measurements] == [
        ("left", "femoral_neck", -2.05),
        ("left", "total_hip", -2.35),
        ("right", "total_hip", -1.9),
    ]
    assert "5 measurements read, 3 written" in report
    assert "1 patients of the export who are not in the study" in report
    assert "4711" not in report and "9999" not in report


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"\x00\xff" * 99, b"a;b;c;d\n1;2;3;4\n"])
def test_an_export_that_is_no_table_is_a_sentence(tmp_path, content):
    (tmp_path / "export.csv").write_bytes(content)
    with pytest.raises(ValueError, match="The QCT export"):
        read_export(tmp_path / "export.csv")


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
