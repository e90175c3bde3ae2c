"""A patient's result as DICOM PDF for a viewer: ``make pdf SCAN=scan PATIENT=name TO=file``.

The object belongs to the study of the series that was measured, so it has that patient's name and
identifiers in it: it is written where you say, never into the results.
"""

import sys
import warnings
from io import BytesIO

import highdicom as hd
import pandas as pd
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian

from ctio.export.source import MARK, described, measured_series, settings_of_study
from osteoct.batches import PATIENTS
from osteoct.problems import PatientProblem
from osteoct.report.cases import gather
from osteoct.report.patient_page import case_pictures
from osteoct.report.sheet import draw_sheet
from osteoct.results import atomic
from osteoct.storage import StorageProblem
from osteoct.tables import read_tables

TITLE = "Proximal femur from CT"
RESULTS = PATIENTS.parent
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


def write_document(pdf, scan, target, *, image):
    """Write a PDF as a DICOM object of the study that a scan belongs to.

    Parameters
    ----------
    pdf : bytes
    scan : str or Path
        The DICOM folder, archive or file that the CT was read from.
    target : str or Path
        The file to write.
    image : dict
        The section `image` of the configuration.

    Raises
    ------
    PatientProblem
        If the scan is no DICOM series.
    StorageProblem
        If the disk does not take the file.

    References
    ----------
    DICOM PS3.3, A.45.1: Encapsulated PDF.
    """
    with measured_series(scan, image=image) as (_, headers):
        source = headers[0]
        with warnings.catch_warnings(action="ignore"):
            document = hd.base.SOPClass(
                sop_class_uid=EncapsulatedPDFStorage,
                modality="DOC",
                transfer_syntax_uid=ExplicitVRLittleEndian,
                content_qualification=hd.ContentQualificationValues.RESEARCH,
                **{key: source.get(name) or None for key, name in FROM_SOURCE.items()},
                **described(TITLE, number=9001),
            )
        _fill(document, pdf, headers)
        with atomic(target) as partial:
            document.save_as(partial, enforce_file_format=True)


def _fill(document, pdf, headers):
    """The PDF, what it was made from, and what the standard asks for beside it."""
    document.MIMETypeOfEncapsulatedDocument = "application/pdf"
    document.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    document.EncapsulatedDocumentLength = len(pdf)
    document.DocumentTitle = f"{TITLE}, {MARK}"
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


def sheet_of(patient, settings):
    """The sheet of a patient of the run in this folder, as PDF.

    Parameters
    ----------
    patient : str
        The study's name.
    settings : dict
        The study's configuration.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the run has no such patient.
    """
    case = _case(patient)
    study = {"side": settings["femur"]["side"], "settings": settings["report"]}
    pictures, legend, _ = case_pictures(case, PATIENTS / patient, study)
    of_phantoms = settings["cohort"]["source"] == "synthetic"
    page = BytesIO()
    figure = draw_sheet(case, pictures, legend, model_of_phantoms=of_phantoms)
    figure.savefig(page, format="pdf", metadata={"CreationDate": None})
    return page.getvalue()


def _case(patient):
    """The record of one patient, from the run's tables."""
    tables = {
        name: read_tables(sorted(map(str, RESULTS.glob(f"batches/*/{name}.csv"))))
        for name in ("images", "femurs", "features")
    }
    cohort, predictions = (
        read_tables([str(path) for path in map(RESULTS.joinpath, names) if path.is_file()])
        for names in (
            (f"{folder}/{group}.csv" for group in ("study", "new"))
            for folder in ("cohort", "predictions")
        )
    )
    none = dict.fromkeys(("overlap", "qct"), pd.DataFrame(columns=["patient"]))
    cases = gather(cohort, patients=[patient], steps=tables, predictions=predictions, **none)
    return cases.to_dict("records")[0]


def main(scan, patient, target, study=""):
    """Write the result of a patient of the run in this folder."""
    settings = settings_of_study(study)
    try:
        write_document(sheet_of(patient, settings), scan, target, image=settings["image"])
    except (PatientProblem, StorageProblem, ValueError, OSError) as problem:
        sys.exit(str(problem))
    print(f"{target}: {TITLE}, {MARK}. It belongs to the patient's study, and names the patient.")


if __name__ == "__main__":
    main(*sys.argv[1:])
