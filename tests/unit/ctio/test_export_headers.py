"""SEG and PDF of series whose headers lack what the standard asks for, or say it wrongly."""

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from hospital import SERIES, SETTINGS, enhanced, femora, mask_of, pelvis, save, slices_of, write

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
