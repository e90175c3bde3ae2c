"""Values that the standard does not allow, taken out of a header that is copied from."""

import pydicom
from pydicom.datadict import dictionary_VM
from pydicom.multival import MultiValue
from pydicom.valuerep import validate_value

IDENTITY = {  # whose an object is, and what it refers to: never changed, whatever the standard says
    *("PatientName", "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"),
    *("SOPClassUID", "FrameOfReferenceUID", "SpecificCharacterSet"),
}
CHECKED = {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UI", "UT"}
CONTROLS = {*map(chr, range(32))} - {"\x1b"}  # escape switches character sets
LINES = {"\t", "\n", "\f", "\r"}
LONG_TEXT = {"LT", "ST", "UT"}
ENUMERATED = {"PatientIdentityRemoved": ("YES", "NO")}
OLD_MARKS = {"DA": ".", "TM": ":"}  # ACR-NEMA 300: 2024.03.04 and 10:15:00; DICOM PS3.5, 6.2


def remove_invalid_values(header):
    """Remove values that the standard does not allow, and what a clinical trial left behind.

    Parameters
    ----------
    header : pydicom.Dataset
        Changed in place: dates and times in their old spelling get the present one, other wrong
        values go. Who the patient is stays as it is.
    """
    for tag in list(header.keys()):
        keyword = pydicom.datadict.keyword_for_tag(tag)
        if keyword in IDENTITY:
            continue
        if keyword.startswith("ClinicalTrial") or not _is_valid(header, tag, keyword):
            del header[tag]


def _is_valid(header, tag, keyword):
    """Whether an element's value is one that its type allows; an old spelling is renewed."""
    try:
        element = header[tag]
        if (mark := OLD_MARKS.get(element.VR)) and mark in str(element.value or ""):
            element.value = str(element.value).replace(mark, "")
        if element.VR not in CHECKED:
            return True
        values = element.value if isinstance(element.value, MultiValue) else [element.value]
        if len(values) > 1 and keyword and dictionary_VM(tag) == "1":
            return False
        return all(_is_allowed(element.VR, value, keyword) for value in values if value)
    except Exception:  # a damaged attribute can raise anything
        return False


def _is_allowed(vr, value, keyword):
    text = getattr(value, "original_string", None) or str(value)
    if vr == "PN":
        return all(_is_name(part) for part in text.split("=")) and text.count("=") < 3
    validate_value(vr, text, pydicom.config.RAISE)
    if (CONTROLS - (LINES if vr in LONG_TEXT else set())) & set(text):
        return False
    return text in ENUMERATED.get(keyword, (text,))


def _is_name(text):
    """DICOM PS3.5, table 6.2-1: five parts at most, 64 characters at most."""
    return len(text) <= 64 and text.count("^") < 5 and not CONTROLS & set(text)
