"""The automatic segmentation as DICOM SEG: ``make seg SCAN=scan PATIENT=name TO=file``.

The file has the scan's patient, identifiers and dates in it: it is written where you say, never
into the results.
"""

import sys

import SimpleITK as sitk

from ctio import MARK, write_segmentation
from osteoct.batches import PATIENTS
from osteoct.export.study import MAKER, read_settings, series_rules
from osteoct.images import room_for_archives
from osteoct.problems import PATIENT_PROBLEMS
from osteoct.results import atomic
from osteoct.storage import StorageProblem


def export_segmentation(labels, scan, target, *, settings):
    """Write a label map as DICOM SEG, whole or not at all.

    Parameters
    ----------
    labels : SimpleITK.Image
        1 right femur, 2 left femur, on the grid of the study's CT.
    scan : str or Path
        The DICOM folder, archive or file that the CT was read from.
    target : str or Path
        The file to write.
    settings : dict
        The study's configuration.

    Raises
    ------
    ctio.RejectedInput
        If the scan is no DICOM series, or the labels have no voxel in it.
    StorageProblem
        If the disk does not take the file.
    """
    with atomic(target) as partial, room_for_archives():
        write_segmentation(labels, scan, partial, series=series_rules(settings), **MAKER)


def main(scan, patient, target, study=""):
    """Write a patient's segmentation of the run in this folder."""
    femora = PATIENTS / patient / "femur.nii.gz"
    if not femora.is_file():
        sys.exit(f"No such patient has a segmentation in {PATIENTS}. Run the study first.")
    labels = sitk.DICOMOrient(sitk.ReadImage(str(femora)), "LPS")
    try:
        export_segmentation(labels, scan, target, settings=read_settings(study))
    except (*PATIENT_PROBLEMS, StorageProblem) as problem:
        sys.exit(str(problem))
    print(f"{target}: proximal femora, automatic, {MARK}. It names the patient, as the scan does.")


if __name__ == "__main__":
    main(*sys.argv[1:])
