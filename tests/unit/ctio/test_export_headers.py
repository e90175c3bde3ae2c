"""SEG and PDF of series whose headers lack what the standard asks for, or say it wrongly."""

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from hospital import SERIES, SETTINGS, enhanced, femora, mask_of, pelvis, save, slices_of, write
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement

from ctio import read_segmentation, write_document, write_segmentation

MAKER = {"software": "test", "version": "1"}
JAPANESE = "Yamada^Tarou=山田^太郎=やまだ^たろう"


def lacking(*keywords):
    def change(slices):
        for slice_ in slices:
            for keyword in keywords:
                if keyword in slice_:
                    del slice_[keyword]
        return slices

    return change


def having(**attributes):
    def change(slices):
        for slice_ in slices:
            for keyword, value in attributes.items():
                setattr(slice_, keyword, value)
        return slices

    return change


def renewed(slices):
    for number, slice_ in enumerate(slices):
        slice_.FrameOfReferenceUID = f"1.2.{number}"
    return slices


CHANGES = {
    "no birth date": lacking("PatientBirthDate"),
    "no study": lacking("StudyID", "StudyDate", "StudyTime", "AccessionNumber"),
    "no sex": lacking("PatientSex", "ReferringPhysicianName", "Manufacturer"),
    "no patient": lacking("PatientID", "PatientName"),
    "no thickness": lacking("SliceThickness"),
    "no frame of reference": lacking("FrameOfReferenceUID"),
    "a frame of reference each": renewed,
    "no identifiers": lacking("SOPInstanceUID", "StudyInstanceUID", "InstanceNumber"),
    "no series": lacking("SeriesInstanceUID"),
    "wrong dates": having(StudyDate="2024", PatientBirthDate="19xx", StudyTime="12:30"),
    "another sex": having(PatientSex="W", SliceThickness="0"),
    "a false distance": having(SpacingBetweenSlices="99"),
    "a negative distance": having(SpacingBetweenSlices="-5"),
    "no distance": having(SpacingBetweenSlices="0"),
    "Japanese": having(SpecificCharacterSet=["", "ISO 2022 IR 87"], PatientName=JAPANESE),
    "Unicode": having(SpecificCharacterSet="ISO_IR 192", PatientName=JAPANESE),
    "no such characters": having(SpecificCharacterSet="ISO_IR 999"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_seg_and_pdf_are_written_and_the_seg_is_read_back(tmp_path, name):
    slices = CHANGES[name](slices_of(pelvis()))
    expected, scan = slices[0].get("PatientName", ""), write(slices, tmp_path / "scan")
    write_segmentation(mask_of(femora()), scan, tmp_path / "seg.dcm", series=SERIES, **MAKER)
    write_document(b"%PDF", scan, tmp_path / "pdf.dcm", title="T", series=SERIES, **MAKER)
    mask, _ = read_segmentation(tmp_path / "seg.dcm", ct=pelvis(), names=SETTINGS["structures"])
    np.testing.assert_array_equal(sitk.GetArrayFromImage(mask), femora())
    for file in ("seg.dcm", "pdf.dcm"):
        assert pydicom.dcmread(tmp_path / file).PatientName == expected


@pytest.mark.parametrize("between", [1, 99])
def test_a_segmentation_with_a_false_distance_is_read_by_its_positions(tmp_path, between):
    scan = write(slices_of(pelvis()), tmp_path / "scan")
    write_segmentation(mask_of(femora()), scan, tmp_path / "seg.dcm", series=SERIES, **MAKER)
    dataset = pydicom.dcmread(tmp_path / "seg.dcm")
    measures = dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.SpacingBetweenSlices = between
    dataset.save_as(tmp_path / "seg.dcm")
    mask, _ = read_segmentation(tmp_path / "seg.dcm", ct=pelvis(), names=SETTINGS["structures"])
    np.testing.assert_array_equal(sitk.GetArrayFromImage(mask), femora())


@pytest.mark.parametrize("between", [0, 99])
def test_a_multi_frame_ct_with_a_false_distance_has_a_right_segmentation(tmp_path, between):
    whole = enhanced(slices_of(pelvis()))
    shared = whole.SharedFunctionalGroupsSequence[0]
    shared.PixelMeasuresSequence[0].SpacingBetweenSlices = between
    del shared.PixelMeasuresSequence[0].SliceThickness
    scan = save(whole, tmp_path / "ct.dcm")
    write_segmentation(mask_of(femora()), scan, tmp_path / "seg.dcm", series=SERIES, **MAKER)
    mask, _ = read_segmentation(tmp_path / "seg.dcm", ct=pelvis(), names=SETTINGS["structures"])
    np.testing.assert_array_equal(sitk.GetArrayFromImage(mask), femora())


def raw(**values):
    """A change of slices that takes any value, also a wrong one: (type, value) by keyword."""

    def change(slices):
        for slice_ in slices:
            for keyword, (vr, value) in values.items():
                tag = tag_for_keyword(keyword)
                slice_[tag] = DataElement(tag, vr, value, already_converted=vr != "PN")
        return slices

    return change


LONG = "x" * 70
WRONG = {  # a value that the standard does not allow: what an object may say instead
    "StudyID": (raw(StudyID=("SH", "A_NUMBER_OF_17_SI")), ""),
    "AccessionNumber": (raw(AccessionNumber=("SH", LONG)), ""),
    "StudyDescription": (raw(StudyDescription=("LO", LONG)), None),
    "ReferringPhysicianName": (raw(ReferringPhysicianName=("PN", "a^b^c^d^e^f^g^h")), ""),
    "PatientSize": (raw(PatientSize=("DS", "1,70")), None),
    "PatientAge": (raw(PatientAge=("AS", "71")), None),
    "PatientWeight": (raw(PatientWeight=("DS", "70.12345678901234567890")), None),
    "StudyDate": (raw(StudyDate=("DA", "2024.03.04")), "20240304"),
    "StudyTime": (raw(StudyTime=("TM", "10:15:00")), "101500"),
    "PatientComments": (raw(PatientComments=("LT", "y" * 11000)), None),
    "ClinicalTrialSubjectID": (raw(ClinicalTrialSubjectID=("LO", "7")), None),
    "PatientIdentityRemoved": (raw(PatientIdentityRemoved=("CS", "yes")), None),
    "PatientID": (raw(PatientID=("LO", LONG)), LONG),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("keyword", WRONG)
def test_a_wrong_value_is_not_copied_but_the_patient_stays_the_same(tmp_path, monkeypatch, keyword):
    monkeypatch.setattr(pydicom.config.settings, "writing_validation_mode", pydicom.config.IGNORE)
    change, expected = WRONG[keyword]
    scan = write(change(slices_of(pelvis())), tmp_path / "scan")
    write_document(b"%PDF", scan, tmp_path / "pdf.dcm", title="T", series=SERIES, **MAKER)
    write_segmentation(mask_of(femora()), scan, tmp_path / "seg.dcm", series=SERIES, **MAKER)
    assert pydicom.dcmread(tmp_path / "seg.dcm").get(keyword) == expected
    assert pydicom.dcmread(tmp_path / "pdf.dcm").get(keyword, "") == (expected or "")
