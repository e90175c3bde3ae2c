"""A segmentation of the femora as DICOM SEG.

The file refers to the series that was measured, so it has that series' patient, identifiers and
dates in it: it belongs where the scan belongs.
"""

import warnings

import highdicom as hd
import SimpleITK as sitk
from pydicom.sr.codedict import codes

from ctio.export.origin import MARK, identify_object, measured_series
from ctio.imaging.grids import resample_like
from ctio.intake.limits import MAX_VOXELS
from ctio.intake.stack import read_stack
from ctio.issues.issue import RejectedInput

TITLE = "Proximal femora, automatic"
SEGMENTS = {1: ("Femur right", codes.SCT.Right), 2: ("Femur left", codes.SCT.Left)}


def write_segmentation(labels, scan, target, *, series, software, version):
    """Write a label map as a DICOM segmentation of the series it was drawn on.

    Parameters
    ----------
    labels : SimpleITK.Image
        1 right femur, 2 left femur, on the grid of the measured CT.
    scan : str or Path
        The DICOM folder, archive or file that the CT was read from.
    target : str or Path
        The file to write.
    series : dict
        Keywords of `ctio.intake.series.choose_series`: the same choice as when it was measured.
    software, version : str
        Who made the segmentation.

    Raises
    ------
    RejectedInput
        If the scan is no DICOM series, or the labels have no voxel in it.
    OSError
        If the disk does not take the file.
    """
    with measured_series(scan, series=series) as (slices, headers):
        ct = read_stack(slices, max_voxels=MAX_VOXELS)
        on_slices = resample_like(labels, ct, interpolator="nearest", background=0)
        array = sitk.GetArrayFromImage(on_slices)
        if not array.any():
            raise RejectedInput("mask empty", "The segmentation has no voxel in this scan.")
        with warnings.catch_warnings(action="ignore"):
            document = _segmentation(array, slices, headers, software, version)
        document.save_as(target)


def _segmentation(array, slices, headers, software, version):
    """The segmentation of an array (slice, row, column) of labels."""
    if len(headers) < len(slices):  # a multi-frame CT: its own order of frames
        array = array[sorted(range(len(slices)), key=lambda index: slices[index].frame)]
    present = dict(enumerate((label for label in SEGMENTS if (array == label).any()), start=1))
    numbered = array * 0
    for number, label in present.items():
        numbered[array == label] = number
    maker = hd.AlgorithmIdentificationSequence(
        name=software, family=codes.DCM.ArtificialIntelligence, version=version
    )
    return hd.seg.Segmentation(
        source_images=headers,
        pixel_array=numbered,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[_segment(number, label, maker) for number, label in present.items()],
        content_description=f"{TITLE}, {MARK}",
        **identify_object(TITLE, number=9000, software=software, version=version),
    )


def _segment(number, label, maker):
    name, side = SEGMENTS[label]
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=name,
        segmented_property_category=codes.SCT.AnatomicalStructure,
        segmented_property_type=codes.SCT.Femur,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=maker,
        anatomic_regions=[hd.sr.CodedConcept.from_code(side)],
    )
