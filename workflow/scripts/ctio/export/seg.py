"""The automatic outline as DICOM SEG for a viewer: ``make seg SCAN=scan PATIENT=name TO=file``.

The file refers to the series that was measured, so it has that series' patient, identifiers and
dates in it: it is written where you say, never into the results.
"""

import sys
import warnings

import highdicom as hd
import SimpleITK as sitk
from pydicom.sr.codedict import codes

from ctio.export.source import MARK, VERSION, described, measured_series, settings_of_study
from ctio.imaging.images import resample_like
from ctio.intake.stack import read_stack
from ctio.issues.issues import Refusal
from osteoct.batches import PATIENTS
from osteoct.problems import PatientProblem
from osteoct.results import atomic
from osteoct.storage import StorageProblem

TITLE = "Proximal femora, automatic"
SEGMENTS = {1: ("Femur right", codes.SCT.Right), 2: ("Femur left", codes.SCT.Left)}


def write_segmentation(labels, scan, target, *, image):
    """Write a label map as a DICOM segmentation of the series it was drawn on.

    Parameters
    ----------
    labels : SimpleITK.Image
        1 right femur, 2 left femur, on the grid of the study's CT.
    scan : str or Path
        The DICOM folder, archive or file that the CT was read from.
    target : str or Path
        The file to write.
    image : dict
        The section `image` of the configuration: the series is chosen as by the gate.

    Raises
    ------
    PatientProblem
        If the scan is no DICOM series, or the labels have no voxel in it.
    StorageProblem
        If the disk does not take the file.
    """
    with measured_series(scan, image=image) as (slices, headers):
        ct = read_stack(slices, voxels_at_most=image["reading"]["voxels_at_most"])
        on_slices = resample_like(labels, ct, interpolator="nearest", background=0)
        array = sitk.GetArrayFromImage(on_slices)
        if not array.any():
            raise Refusal("mask empty", "The outline has no voxel in this scan.")
        with warnings.catch_warnings(action="ignore"):
            document = _segmentation(array, slices, headers)
        with atomic(target) as partial:
            document.save_as(partial)


def _segmentation(array, slices, headers):
    """The segmentation of an array (slice, row, column) of labels."""
    if len(headers) < len(slices):  # a multi-frame CT: its own order of frames
        array = array[sorted(range(len(slices)), key=lambda place: slices[place].frame)]
    present = [label for label in SEGMENTS if (array == label).any()]
    numbered = array * 0
    for number, label in enumerate(present, start=1):
        numbered[array == label] = number
    return hd.seg.Segmentation(
        source_images=headers,
        pixel_array=numbered,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[_segment(number, label) for number, label in enumerate(present, 1)],
        content_description=f"{TITLE}, {MARK}",
        **described(TITLE, number=9000),
    )


def _segment(number, label):
    name, side = SEGMENTS[label]
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=name,
        segmented_property_category=codes.SCT.AnatomicalStructure,
        segmented_property_type=codes.SCT.Femur,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=hd.AlgorithmIdentificationSequence(
            name="osteoct", family=codes.DCM.ArtificialIntelligence, version=VERSION
        ),
        anatomic_regions=[hd.sr.CodedConcept.from_code(side)],
    )


def main(scan, patient, target, study=""):
    """Write a patient's outline of the run in this folder."""
    outline = PATIENTS / patient / "femur.nii.gz"
    if not outline.is_file():
        sys.exit(f"{patient} has no outline: results/patients/{patient}/femur.nii.gz is not there.")
    labels = sitk.DICOMOrient(sitk.ReadImage(str(outline)), "LPS")
    try:
        write_segmentation(labels, scan, target, image=settings_of_study(study)["image"])
    except (PatientProblem, StorageProblem) as problem:
        sys.exit(str(problem))
    print(f"{target}: {TITLE}, {MARK}. It names the patient, as the scan does.")


if __name__ == "__main__":
    main(*sys.argv[1:])
