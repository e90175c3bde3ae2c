"""The automatic outline as DICOM SEG for a viewer: ``make seg SCAN=scan PATIENT=name TO=file``.

The file refers to the series that was measured, so it has that series' patient, identifiers and
dates in it: it is written where you say, never into the results.
"""

import sys
import warnings
from pathlib import Path

import highdicom as hd
import pydicom
import SimpleITK as sitk
import yaml
from pydicom.sr.codedict import codes

from osteoct.batches import PATIENTS, PatientProblem
from osteoct.gate.findings import Refusal
from osteoct.imaging.images import resample_like
from osteoct.intake.series import choose
from osteoct.intake.sources import dicom_slices, existing
from osteoct.intake.stack import read_stack

CONFIG = Path(__file__).parents[4] / "config" / "config.yaml"
MARK = "Proximal femora, automatic, RESEARCH USE ONLY"
SEGMENTS = {1: ("Femur right", codes.SCT.Right), 2: ("Femur left", codes.SCT.Left)}
VERSION = "0.1.0"


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
    """
    path = existing(scan)
    if path is None:
        raise Refusal("no scan", "There is no scan at this path.")
    rules = {key: image["limits"][key] for key in ("slice_spacing_mm", "length_at_least_mm")}
    with dicom_slices(path, reading=image["reading"]) as slices:
        chosen, _ = choose(slices, **rules, kernels=image["kernels"])
        ct = read_stack(chosen, voxels_at_most=image["reading"]["voxels_at_most"])
        on_slices = resample_like(labels, ct, interpolator="nearest", background=0)
        array = sitk.GetArrayFromImage(on_slices)
        if not array.any():
            raise Refusal("mask empty", "The outline has no voxel in this scan.")
        with warnings.catch_warnings(action="ignore"):
            _segmentation(array, chosen).save_as(target)


def _segmentation(array, slices):
    """The segmentation of an array (slice, row, column) of labels."""
    paths = dict.fromkeys(slice_.path for slice_ in slices)
    sources = [pydicom.dcmread(path, stop_before_pixels=True) for path in paths]
    if len(sources) < len(slices):  # a multi-frame CT: its own order of frames
        array = array[sorted(range(len(slices)), key=lambda place: slices[place].frame)]
    present = [label for label in SEGMENTS if (array == label).any()]
    numbered = array * 0
    for number, label in enumerate(present, start=1):
        numbered[array == label] = number
    unique = hd.UID()
    return hd.seg.Segmentation(
        source_images=sources,
        pixel_array=numbered,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[_described(number, label) for number, label in enumerate(present, 1)],
        series_instance_uid=unique,
        series_number=9000,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="osteoct",
        manufacturer_model_name="osteoct",
        software_versions=VERSION,
        device_serial_number="0",
        series_description=MARK,
        content_description=MARK,
    )


def _described(number, label):
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


def main(scan, patient, target):
    """Write a patient's outline of the run in this folder."""
    outline = PATIENTS / patient / "femur.nii.gz"
    if not outline.is_file():
        sys.exit(f"{patient} has no outline: results/patients/{patient}/femur.nii.gz is not there.")
    image = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["image"]
    labels = sitk.DICOMOrient(sitk.ReadImage(str(outline)), "LPS")
    try:
        write_segmentation(labels, scan, target, image=image)
    except PatientProblem as problem:
        sys.exit(str(problem))
    print(f"{target}: {MARK}. It names the patient, as the scan does.")


if __name__ == "__main__":
    main(*sys.argv[1:4])
