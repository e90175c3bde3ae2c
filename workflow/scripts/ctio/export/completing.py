"""Headers of a series completed and corrected, so that an object can be made of the series."""

import contextlib

import highdicom as hd
from pydicom.uid import generate_uid
from pydicom.valuerep import DA, TM

from ctio.export.valid_values import remove_invalid_values
from ctio.intake.frames import find_frame_of_reference
from ctio.intake.stack import mean_spacing_mm

EMPTY = (  # DICOM PS3.3: type 2 in the modules of patient, study, equipment, frame of reference
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    *("StudyDate", "StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName"),
    *("Manufacturer", "PositionReferenceIndicator"),
)
DATES = {"PatientBirthDate": DA, "StudyDate": DA, "StudyTime": TM}
NAMES = ("PatientName", "ReferringPhysicianName")
SEXES = {value.value for value in hd.PatientSexValues}
CHARACTER_SETS = {value.value for value in hd.SpecificCharacterSetValues}
UTF_8 = "ISO_IR 192"
TEXTS = {"LO", "LT", "PN", "SH", "ST", "UC", "UT"}  # DICOM PS3.5, 6.1.2: by the character set


def complete_headers(headers, slices):
    """Give headers what highdicom takes for granted, and the slices' true distance.

    Parameters
    ----------
    headers : list of pydicom.Dataset
        One for each file of the series; changed in place.
    slices : list of ctio.intake.slice.Slice
        The series.
    """
    step = abs(mean_spacing_mm(slices))
    frame = find_frame_of_reference(slices) or generate_uid()
    study = headers[0].get("StudyInstanceUID") or generate_uid()
    series = headers[0].get("SeriesInstanceUID") or generate_uid()
    for header in headers:
        remove_invalid_values(header)
        for keyword in EMPTY:
            if not header.get(keyword) or _is_no_date(header, keyword):
                setattr(header, keyword, "")
        if header.PatientSex not in SEXES:
            header.PatientSex = ""
        header.FrameOfReferenceUID, header.StudyInstanceUID = frame, study
        header.SeriesInstanceUID = series
        if not header.get("SOPInstanceUID"):
            header.SOPInstanceUID = header.file_meta.MediaStorageSOPInstanceUID
        _make_characters_known(header)
        _correct_distances(header, slices[0], step)


def _is_no_date(header, keyword):
    """Whether an attribute is a date or a time that cannot be read as one."""
    try:
        DATES.get(keyword, str)(header.get(keyword))
    except (ValueError, TypeError):
        return True
    return False


def _make_characters_known(header):
    """Text in Unicode, if the header's character sets are none that highdicom can write."""
    sets = header.get("SpecificCharacterSet") or []
    sets = [sets] if isinstance(sets, str) else sets
    if set(sets) <= CHARACTER_SETS and (sets or _is_ascii(header)):
        return
    with contextlib.suppress(LookupError, UnicodeError):
        header.decode()
    for keyword in NAMES:
        setattr(header, keyword, str(header.get(keyword) or ""))
    header.SpecificCharacterSet = UTF_8


def _is_ascii(header):
    """Whether every text of a header can be written without a character set."""
    texts = (str(element.value) for element in header if element.VR in TEXTS)
    return all(map(str.isascii, texts))


def _correct_distances(header, first, step):
    """Thickness and distance of slices, in the header itself or in its functional groups."""
    groups = [
        *(header.get("SharedFunctionalGroupsSequence") or []),
        *(header.get("PerFrameFunctionalGroupsSequence") or []),
    ]
    measures = [item for group in groups for item in group.get("PixelMeasuresSequence") or []]
    for item in measures or [header]:
        if not item.get("SliceThickness"):
            item.SliceThickness = f"{first.thickness_mm or step:.6g}"
        if "SpacingBetweenSlices" in item:
            item.SpacingBetweenSlices = f"{step:.10g}"
