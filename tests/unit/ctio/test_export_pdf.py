"""The sheet as a DICOM object: whose it is, what it was made from, and what it must not say."""

import json

import numpy as np
import pandas as pd
import pydicom
import pytest
import SimpleITK as sitk
from hospital import SETTINGS, femora, header, mask_of, pelvis, slices_of, write

from ctio.export import pdf
from ctio.export.pdf import sheet_of, write_document
from ctio.export.source import settings_of_study
from osteoct import batches
from osteoct.problems import PatientProblem

PDF = b"%PDF-1.4 an odd number of bytes"


@pytest.fixture
def scan(tmp_path):
    return write(slices_of(pelvis()), tmp_path / "scan")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The folder of a run with one patient, classified."""
    monkeypatch.chdir(tmp_path)
    for module in (batches, pdf):
        monkeypatch.setattr(module, "PATIENTS", tmp_path / "results/patients")
    monkeypatch.setattr(pdf, "RESULTS", tmp_path / "results")
    folder = tmp_path / "results/patients/H01"
    folder.mkdir(parents=True)
    sitk.WriteImage(sitk.Cast(pelvis(), sitk.sitkInt16), str(folder / "ct.nii.gz"))
    sitk.WriteImage(mask_of(femora()), str(folder / "femur.nii.gz"))
    person = {"patient": "H01", "ct": None, "mask": None, "status": "included", "reason": None}
    person |= {"t_score": -2.71, "region": "total_hip", "diagnosis": "osteoporosis"}
    qc = {"left_qc": "review", "left_qc_reasons": "It touches the border.", "left_cm3": 99}
    shares = {"p_normal": 0.1, "p_osteopenia": 0.2, "p_osteoporosis": 0.7}
    done = {"patient": "H01", "status": "done", "reason": None}
    tables = {
        "cohort/study": person | {"split": "test"},
        "predictions/study": {"patient": "H01", "predicted": "osteoporosis", **shares},
        "batches/study-1/images": done,
        "batches/study-1/femurs": done | qc,
        "batches/study-1/features": done,
    }
    for name, row in tables.items():
        path = tmp_path / f"results/{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame([row]).to_csv(path, index=False)
    return tmp_path


def own_cohort(settings):
    return settings | {"cohort": settings["cohort"] | {"source": "tables"}}


def test_the_document_comes_back_and_belongs_to_the_study_of_the_scan(tmp_path, scan):
    write_document(PDF, scan, tmp_path / "sheet.dcm", image=SETTINGS)
    found = pydicom.dcmread(tmp_path / "sheet.dcm")
    assert found.EncapsulatedDocument[: found.EncapsulatedDocumentLength] == PDF
    assert found.SOPClassUID.name == "Encapsulated PDF Storage"
    assert found.StudyInstanceUID == header().StudyInstanceUID
    assert found.SeriesInstanceUID != header().SeriesInstanceUID
    assert found.PatientID == "P1"
    assert "RESEARCH USE ONLY" in found.SeriesDescription
    assert "RESEARCH USE ONLY" in found.DocumentTitle


def test_it_names_every_slice_that_was_measured(tmp_path, scan):
    write_document(PDF, scan, tmp_path / "sheet.dcm", image=SETTINGS)
    named = pydicom.dcmread(tmp_path / "sheet.dcm").SourceInstanceSequence
    there = {pydicom.dcmread(path).SOPInstanceUID for path in scan.iterdir()}
    assert {item.ReferencedSOPInstanceUID for item in named} == there


def test_a_scan_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PatientProblem, match="no scan at this path"):
        write_document(PDF, tmp_path / "absent", tmp_path / "sheet.dcm", image=SETTINGS)


def sheet(run, monkeypatch, settings):
    """The figure that is written for the run's patient."""
    figures, draw = [], pdf.draw_sheet
    monkeypatch.setattr(
        pdf, "draw_sheet", lambda *a, **k: figures.append(draw(*a, **k)) or figures[0]
    )
    page = sheet_of("H01", settings)
    assert page.startswith(b"%PDF") and page == sheet_of("H01", settings)
    return figures[0]


def drawn(run, monkeypatch, settings):
    """Everything written on it."""
    figure = sheet(run, monkeypatch, settings)
    held = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return " ".join(text.get_text() for text in held)


def test_the_sheet_says_class_reference_and_segmentation_qc(run, monkeypatch):
    said = drawn(run, monkeypatch, own_cohort(settings_of_study("")))
    assert "RESEARCH USE ONLY" in said
    assert "Most probable class: osteoporosis" in said and "0.70" in said
    assert "T-score −2.71 (total hip)" in said
    assert "Left femur: review. It touches the border." in said


def test_a_model_of_phantoms_gives_no_class(run, monkeypatch):
    said = drawn(run, monkeypatch, settings_of_study(""))
    assert "No class is given" in said and "Most probable" not in said and "0.70" not in said


def test_a_patient_that_the_run_does_not_know_is_refused(run):
    with pytest.raises(ValueError, match="no row for"):
        sheet_of("H99", settings_of_study(""))


def test_a_study_changes_only_what_it_names(tmp_path):
    own = tmp_path / "study.yaml"
    own.write_text(json.dumps({"femur": {"side": "right"}}), encoding="utf-8")
    changed, plain = settings_of_study(str(own)), settings_of_study("")
    assert changed["femur"]["side"] == "right"
    assert changed | {"femur": plain["femur"]} == plain


def test_the_pictures_show_the_scan(run, monkeypatch):
    figure = sheet(run, monkeypatch, settings_of_study(""))
    shown = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    assert len(shown) == 4 and all(np.ptp(picture) > 0 for picture in shown)
