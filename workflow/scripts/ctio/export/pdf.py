"""A PDF as a DICOM object of the study that a scan belongs to.

The object has that study's patient, with name and identifiers, in it: it belongs where the scan
belongs.
"""

import warnings

import highdicom as hd
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian

from ctio.export.origin import MARK, identify_object, measured_series

FROM_SOURCE = {  # keyword of highdicom: attribute
    "study_instance_uid": "StudyInstanceUID",
    "patient_id": "PatientID",
    "patient_name": "PatientName",
    "patient_birth_date": "PatientBirthDate",
    "patient_sex": "PatientSex",
    "accession_number": "AccessionNumber",
    "study_id": "StudyID",
    "study_date": "StudyDate",
    "study_time": "StudyTime",
    "referring_physician_name": "ReferringPhysicianName",
    "specific_character_set": "SpecificCharacterSet",
}


def write_document(pdf, scan, target, *, title, series, software, version):
    """Write a PDF as a DICOM object of the study that a scan belongs to.

    Parameters
    ----------
    pdf : bytes
    scan : str or Path
        The DICOM folder, archive or file that the CT was read from.
    target : str or Path
        The file to write.
    title : str
        Of the document; the mark is added.
    series : dict
        Keywords of `ctio.intake.series.choose_series`: the same choice as when it was measured.
    software, version : str
        Who made the document.

    Raises
    ------
    RejectedInput
        If the scan is no DICOM series.
    OSError
        If the disk does not take the file.

    References
    ----------
    DICOM PS3.3, A.45.1: Encapsulated PDF.
    """
    with measured_series(scan, series=series) as (_, headers):
        source = headers[0]
        with warnings.catch_warnings(action="ignore"):
            document = hd.base.SOPClass(
                sop_class_uid=EncapsulatedPDFStorage,
                modality="DOC",
                transfer_syntax_uid=ExplicitVRLittleEndian,
                content_qualification=hd.ContentQualificationValues.RESEARCH,
                **{key: source.get(name) or None for key, name in FROM_SOURCE.items()},
                **identify_object(title, number=9001, software=software, version=version),
            )
        _fill(document, pdf, title, headers)
        document.save_as(target, enforce_file_format=True)


def _fill(document, pdf, title, headers):
    """The PDF, what it was made from, and what the standard asks for beside it."""
    document.MIMETypeOfEncapsulatedDocument = "application/pdf"
    document.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    document.EncapsulatedDocumentLength = len(pdf)
    document.DocumentTitle = f"{title}, {MARK}"
    document.ConceptNameCodeSequence = [hd.sr.CodedConcept.from_code(codes.LN.CTReport)]
    document.AcquisitionDateTime = ""
    document.BurnedInAnnotation = "NO"
    document.ConversionType = "WSD"
    document.SourceInstanceSequence = [_reference(header) for header in headers]


def _reference(header):
    item = Dataset()
    item.ReferencedSOPClassUID = header.SOPClassUID
    item.ReferencedSOPInstanceUID = header.SOPInstanceUID
    return item
