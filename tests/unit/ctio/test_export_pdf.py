"""A PDF as a DICOM object: whose it is, and what it was made from."""

import pydicom
import pytest
from hospital import SERIES, header, pelvis, slices_of, write

from ctio import RejectedInput, write_document

PDF = b"%PDF-1.4 an odd number of bytes"
OPTIONS = {"title": "A sheet", "series": SERIES, "software": "test", "version": "1"}


@pytest.fixture
def scan(tmp_path):
    return write(slices_of(pelvis()), tmp_path / "scan")


def test_the_document_comes_back_and_belongs_to_the_study_of_the_scan(tmp_path, scan):
    write_document(PDF, scan, tmp_path / "sheet.dcm", **OPTIONS)
    found = pydicom.dcmread(tmp_path / "sheet.dcm")
    assert found.EncapsulatedDocument[: found.EncapsulatedDocumentLength] == PDF
    assert found.SOPClassUID.name == "Encapsulated PDF Storage"
    assert found.StudyInstanceUID == header().StudyInstanceUID
    assert found.SeriesInstanceUID != header().SeriesInstanceUID
    assert found.PatientID == "P1"
    assert "RESEARCH USE ONLY" in found.SeriesDescription
    assert "RESEARCH USE ONLY" in found.DocumentTitle


def test_it_names_every_slice_that_was_measured(tmp_path, scan):
    write_document(PDF, scan, tmp_path / "sheet.dcm", **OPTIONS)
    named = pydicom.dcmread(tmp_path / "sheet.dcm").SourceInstanceSequence
    there = {pydicom.dcmread(path).SOPInstanceUID for path in scan.iterdir()}
    assert {item.ReferencedSOPInstanceUID for item in named} == there


def test_a_scan_that_is_not_there_is_rejected(tmp_path):
    with pytest.raises(RejectedInput, match="no scan at this path"):
        write_document(PDF, tmp_path / "absent", tmp_path / "sheet.dcm", **OPTIONS)
