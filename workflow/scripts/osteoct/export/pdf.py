"""A patient's result as DICOM PDF: ``make pdf SCAN=scan PATIENT=name TO=file``.

The object has the scan's patient, with name and identifiers, in it: it is written where you say,
never into the results.
"""

import sys
from io import BytesIO

import pandas as pd

from ctio import MARK, write_document
from osteoct.export.study import MAKER, RESULTS, read_settings, series_rules
from osteoct.images import room_for_archives
from osteoct.problems import PATIENT_PROBLEMS
from osteoct.report.cases import gather
from osteoct.report.patient_page import case_pictures
from osteoct.report.sheet import draw_sheet
from osteoct.results import atomic
from osteoct.storage import StorageProblem
from osteoct.tables import read_tables

TITLE = "Proximal femur from CT"


def export_sheet(pdf, scan, target, *, settings):
    """Write a patient's sheet as a DICOM object, whole or not at all.

    Parameters
    ----------
    pdf : bytes
    scan : str or Path
        The DICOM folder, archive or file that the CT was read from.
    target : str or Path
        The file to write.
    settings : dict
        The study's configuration.

    Raises
    ------
    ctio.RejectedInput
        If the scan is no DICOM series.
    StorageProblem
        If the disk does not take the file.
    """
    with atomic(target) as partial, room_for_archives():
        rules = {"title": TITLE, "series": series_rules(settings)}
        write_document(pdf, scan, partial, **rules, **MAKER)


def print_sheet(patient, settings):
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
    pictures, legend, _ = case_pictures(case, RESULTS / "patients" / patient, study)
    of_phantoms = settings["cohort"]["source"] == "synthetic"
    page = BytesIO()
    figure = draw_sheet(case, pictures, legend, model_of_phantoms=of_phantoms)
    figure.savefig(page, format="pdf", metadata={"CreationDate": None})
    return page.getvalue()


def _case(patient):
    """The record of one patient, from the run's tables."""
    tables = {
        name: read_tables(sorted(map(str, RESULTS.glob(f"batches/*/{name}.csv"))))
        for name in ("image_qc", "femurs", "features")
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
    settings = read_settings(study)
    try:
        export_sheet(print_sheet(patient, settings), scan, target, settings=settings)
    except (*PATIENT_PROBLEMS, StorageProblem, ValueError, OSError) as problem:
        sys.exit(str(problem))
    print(f"{target}: {TITLE}, {MARK}. It belongs to the patient's study, and names the patient.")


if __name__ == "__main__":
    main(*sys.argv[1:])
