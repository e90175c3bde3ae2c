import csv
import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import SimpleITK as sitk
import yaml
from hospital import CHECKS, ROOT, pelvis, slices_of, write

from ctio import examine_scan
from ctio.intake import patients
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


def person(number, **attributes):
    """Slices of one made-up person; study and series have the person's number in them."""
    root = f"1.2.826.0.1.3680043.8.498.{number}"
    given = {"PatientID": f"KV{number}", "PatientSex": "FM"[number % 2], "PatientAge": "070Y"}
    given |= {"StudyInstanceUID": f"{root}.1", "SeriesInstanceUID": f"{root}.1.1"}
    return slices_of(pelvis(), **given | {"StudyDate": f"2024030{number}"} | attributes)


def zipped(folder, path):
    shutil.make_archive(path.with_suffix(""), "zip", folder)


def studied(ward, target):
    """Participants, hospital numbers and the console's text of a new study."""
    text = new_study(ward, target)
    identities = table(target / "private" / "identities.tsv")
    assert not any(row["hospital_id"] in text for row in identities if row["hospital_id"])
    return table(target / "participants.tsv"), [row["hospital_id"] for row in identities], text


def reads(target, participants):
    """Number of slices of each CT, as image QC reads them."""
    scans = [examine_scan({"ct": target / row["ct"]}, **CHECKS) for row in participants]
    return [scan.image.GetSize()[2] for scan in scans if not scan.rejections]


def test_loose_slices_of_one_person_are_one_patient(tmp_path):
    write(person(1), tmp_path / "ward")
    participants, numbers, _ = studied(tmp_path / "ward", tmp_path / "study")
    assert numbers == ["KV1"] and participants[0]["exam_date"] == "2024-03-01"
    assert reads(tmp_path / "study", participants) == [26]
    assert not any("slice" in path.name for path in (tmp_path / "study" / "scans").rglob("*"))


@pytest.mark.parametrize("named", [True, False])
def test_loose_slices_are_told_apart_by_number_or_examination(tmp_path, named):
    both = [person(number, **({} if named else {"PatientID": ""})) for number in (1, 2)]
    write([slice_ for pair in zip(*both, strict=True) for slice_ in pair], tmp_path / "one")
    participants, numbers, _ = studied(tmp_path / "one", tmp_path / "study")
    assert numbers == (["KV1", "KV2"] if named else ["", ""])
    assert [row["exam_date"] for row in participants] == ["2024-03-01", "2024-03-02"]
    assert reads(tmp_path / "study", participants) == [26, 26]


def test_loose_slices_of_which_each_has_an_examination_of_its_own_are_one_patient(tmp_path):
    slices = person(1, PatientID="")
    for number, slice_ in enumerate(slices):
        slice_.StudyInstanceUID = f"1.2.3.{number}"
    write(slices, tmp_path / "ward")
    participants, _, _ = studied(tmp_path / "ward", tmp_path / "study")
    assert reads(tmp_path / "study", participants) == [26]


def test_archives_tell_sex_date_and_number(tmp_path):
    (tmp_path / "ward").mkdir()
    for number in (1, 2):
        write(person(number), tmp_path / f"{number}" / "images")
        zipped(tmp_path / f"{number}", tmp_path / "ward" / f"{number}.ZIP")
    for path in (tmp_path / "ward").iterdir():
        path.rename(path.with_suffix(".ZIP"))
    participants, numbers, _ = studied(tmp_path / "ward", tmp_path / "study")
    assert numbers == ["KV1", "KV2"]
    assert [row["ct"] for row in participants] == ["scans/H0001.zip", "scans/H0002.zip"]
    assert [(row["sex"], row["exam_date"]) for row in participants] == [
        ("M", "2024-03-01"),
        ("F", "2024-03-02"),
    ]
    assert reads(tmp_path / "study", participants) == [26, 26]


def test_an_archive_of_several_patients_is_said(tmp_path):
    for number in (1, 2):
        write(person(number), tmp_path / "both" / f"{number}")
    (tmp_path / "ward").mkdir()
    zipped(tmp_path / "both", tmp_path / "ward" / "both.zip")
    participants, _, text = studied(tmp_path / "ward", tmp_path / "study")
    assert len(participants) == 1 and "1 archives with slices of several patients" in text


def test_gzipped_loose_slices_are_read(tmp_path):
    write(person(1), tmp_path / "ward")
    for path in list((tmp_path / "ward").iterdir()):
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 1))
        path.unlink()
    participants, numbers, _ = studied(tmp_path / "ward", tmp_path / "study")
    assert numbers == ["KV1"] and reads(tmp_path / "study", participants) == [26]


@pytest.mark.parametrize("count", [1, 2])
def test_a_disc_has_the_patients_of_its_images(tmp_path, count):
    disc = tmp_path / "disc"
    for number in range(1, count + 1):
        write(person(number), disc / "DICOM" / f"PA{number}" / "ST0" / "SE0")
    (disc / "VIEWER").mkdir()
    (disc / "VIEWER" / "start.exe").write_bytes(b"MZ")
    (disc / "DICOMDIR").write_bytes(b"\0" * 128 + b"DICM")
    participants, numbers, _ = studied(disc, tmp_path / "study")
    assert numbers == ["KV1", "KV2"][:count]
    assert reads(tmp_path / "study", participants) == [26] * count


@pytest.mark.parametrize("flat", [True, False])
def test_a_folder_of_several_patients_is_told_apart(tmp_path, flat):
    north = tmp_path / "ward" / "North"
    if flat:
        write(person(1) + person(2), north)
    else:
        for number in (1, 2):
            write(person(number), north / f"Name {number}" / "CT")
    write(person(3), tmp_path / "ward" / "Name 3")
    participants, numbers, text = studied(tmp_path / "ward", tmp_path / "study")
    assert numbers == ["KV3", "KV1", "KV2"]
    assert "1 folders with slices of several patients" in text
    assert reads(tmp_path / "study", participants) == [26, 26, 26]


def test_of_a_large_folder_few_headers_are_read_and_of_a_mixed_one_all(tmp_path, monkeypatch):
    write(person(1), tmp_path / "ward" / "one")
    read, real = [], patients.read_first_slice
    monkeypatch.setattr(patients, "read_first_slice", lambda path: read.append(path) or real(path))
    new_study(tmp_path / "ward", tmp_path / "study")
    assert 5 < len(read) < 26
    write(person(2)[:13] + person(3)[13:], tmp_path / "ward" / "two")
    participants, numbers, _ = studied(tmp_path / "ward", tmp_path / "again")
    assert numbers == ["KV1", "KV2", "KV3"]
    links = [len(list((tmp_path / "again" / row["ct"]).iterdir())) for row in participants]
    assert links == [26, 13, 13]


def test_archives_and_images_of_a_folder_are_patients_and_masks_are_not(tmp_path):
    write(person(1), tmp_path / "1")
    (tmp_path / "ward" / "north").mkdir(parents=True)
    zipped(tmp_path / "1", tmp_path / "ward" / "north" / "Name 1.zip")
    (tmp_path / "ward" / "Name 2").mkdir()
    for name in ("ct.nii.gz", "ct_mask.nii.gz"):
        sitk.WriteImage(pelvis(), tmp_path / "ward" / "Name 2" / name)
    participants, numbers, text = studied(tmp_path / "ward", tmp_path / "study")
    assert [row["ct"] for row in participants] == ["scans/H0001.nii.gz", "scans/H0002.zip"]
    assert numbers == ["", "KV1"]
    assert "1 image files named as masks, left out" in text


def test_series_of_one_examination_are_one_patient_and_two_scans_of_one_person_are_two(tmp_path):
    ward = tmp_path / "ward"
    write(person(1)[:1], ward / "SE1")
    write(person(1, SeriesInstanceUID="1.2.3.4"), ward / "SE2")
    again = {"StudyInstanceUID": "1.2.9", "SeriesInstanceUID": "1.2.9.1", "StudyDate": "20240309"}
    write(person(1, **again), ward / "later")
    participants, numbers, text = studied(ward, tmp_path / "study")
    assert numbers == ["KV1", "KV1"] and "1 patients with a hospital number that" in text
    assert reads(tmp_path / "study", participants) == [26, 26]


def test_a_copy_of_a_patient_stays_a_patient(tmp_path):
    for name in ("a", "b"):
        write(person(1), tmp_path / "ward" / name)
    assert studied(tmp_path / "ward", tmp_path / "study")[1] == ["KV1", "KV1"]


def test_broken_scans_stay_patients_and_papers_do_not(tmp_path):
    ward = tmp_path / "ward"
    write(person(1), ward / "good")
    for name in ("empty", "torn", "papers"):
        (ward / name).mkdir()
    (ward / "torn" / "1.dcm").write_bytes(b"\0" * 128 + b"DICM")
    (ward / "papers" / "consent.PDF").write_bytes(b"%PDF")
    (ward / "torn.zip").write_bytes(b"PK\3\4")
    participants, _, text = studied(ward, tmp_path / "study")
    assert len(participants) == 4 and "1 folders without any image" in text
    assert participants[1]["sex"] == "M"


def test_a_study_inside_the_folder_of_scans_is_no_patient(tmp_path):
    write(person(1), tmp_path / "good")
    (tmp_path / "study").mkdir()
    assert len(studied(tmp_path, tmp_path / "study")[0]) == 1


def test_braces_in_the_name_of_the_study_are_one_sentence(tmp_path):
    write(person(1), tmp_path / "ward {a}" / "one {b}")
    with pytest.raises(ValueError, match="TO has braces"):
        new_study(tmp_path / "ward {a}", tmp_path / "study {a}")
    participants, _, _ = studied(tmp_path / "ward {a}", tmp_path / "study")
    assert reads(tmp_path / "study", participants) == [26]


def test_settings_can_be_read_whatever_the_folder_is_called(tmp_path):
    write(person(1), tmp_path / "ward" / "one")
    target = tmp_path / 'a #1: "Müller" [x] \\ y'
    new_study(tmp_path / "ward", target)
    cohort = yaml.safe_load((target / "study.yaml").read_text(encoding="utf-8"))["cohort"]
    assert Path(cohort["participants"]).is_file() and Path(cohort["qct"]).is_file()
