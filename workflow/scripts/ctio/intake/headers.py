"""The header of each slice of a DICOM file, read without its voxels."""

import logging
import warnings
from pathlib import Path

import numpy as np
import pydicom
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_file_meta_info
from pydicom.multival import MultiValue
from pydicom.uid import DeflatedExplicitVRLittleEndian

from ctio.intake.contrast import YES, find_contrast
from ctio.intake.slice import Slice

CT_CLASSES = {  # DICOM PS3.4 B.5: CT, Enhanced CT and Legacy Converted Enhanced CT image storage
    "1.2.840.10008.5.1.4.1.1.2",
    "1.2.840.10008.5.1.4.1.1.2.1",
    "1.2.840.10008.5.1.4.1.1.2.2",
}
UNIT_ERROR = 0.01  # of an axis's length; three decimals leave 0.001
DISC_DIRECTORY_CLASS = "1.2.840.10008.1.3.10"  # DICOMDIR: an index of a disc's files
ONCE = {
    "patient": "PatientID",
    "study": "StudyInstanceUID",
    "series": "SeriesInstanceUID",
    "series_number": "SeriesNumber",
    "frame_of_reference": "FrameOfReferenceUID",
    "instance": "InstanceNumber",
    "acquisition": "AcquisitionNumber",
    "acquisition_time": "AcquisitionTime",
    "acquisition_datetime": "AcquisitionDateTime",
    "temporal_position": "TemporalPositionIdentifier",
    "trigger_time": "TriggerTime",
    "cardiac_phase": "NominalPercentageOfCardiacPhase",
    "bolus_time": "ContrastBolusStartTime",
    "event": "IrradiationEventUID",
    "bits": "BitsAllocated",
    "between": "SpacingBetweenSlices",
    "lossy": "LossyImageCompression",
    "lossy_ratio": "LossyImageCompressionRatio",
    "lossy_method": "LossyImageCompressionMethod",
    "derivation": "DerivationDescription",
    "lying": "PatientPosition",
    "sex": "PatientSex",
    "age": "PatientAge",
    "day": "StudyDate",
}
FRAMEWISE = {  # attribute: the functional group that holds it in a multi-frame CT
    "ImagePositionPatient": "PlanePositionSequence",
    "ImageOrientationPatient": "PlaneOrientationSequence",
    "PixelSpacing": "PixelMeasuresSequence",
    "SliceThickness": "PixelMeasuresSequence",
    "RescaleSlope": "PixelValueTransformationSequence",
    "RescaleIntercept": "PixelValueTransformationSequence",
    "RescaleType": "PixelValueTransformationSequence",
    "KVP": "CTXRayDetailsSequence",
    "ConvolutionKernel": "CTReconstructionSequence",
    "FrameType": "CTImageFrameTypeSequence",
}
GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
TAGS = [
    *ONCE.values(),
    *FRAMEWISE,
    *GROUPS,
    *("SOPClassUID", "Modality", "ImageType", "Rows", "Columns", "NumberOfFrames"),
    *("ContrastBolusAgent", "ContrastBolusAgentSequence", "ContrastBolusIngredient"),
    *("ContrastBolusVolume", "PhotometricInterpretation"),
]

logging.getLogger("pydicom").setLevel(logging.CRITICAL)  # its warnings quote identifiers


def read_file_slices(path):
    """The slices of one file: one, or one for each frame; none if it is no readable DICOM."""
    header = read_header(path, TAGS)
    if header is None:
        return []
    try:
        with warnings.catch_warnings(action="ignore"):
            return _build_slices(header, Path(path))
    except Exception:  # a damaged attribute can raise anything
        return []


def read_header(path, tags=None):
    """A DICOM file's attributes without voxels, or None for any other or a damaged file.

    Parameters
    ----------
    path : Path
    tags : list of str, optional
        The attributes wanted; all, if not given.

    Returns
    -------
    pydicom.Dataset
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            if read_file_meta_info(path).get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
                return None  # packed: it may unpack to any size
            return pydicom.dcmread(path, stop_before_pixels=True, specific_tags=tags)
    except InvalidDicomError:
        return None
    except Exception:  # a damaged file can raise anything
        return None


def _build_slices(header, path):
    if header.file_meta.get("MediaStorageSOPClassUID") == DISC_DIRECTORY_CLASS:
        return []
    is_ct = header.get("SOPClassUID") in CT_CLASSES and header.get("Modality") == "CT"
    once = {name: _read_text(header, keyword) for name, keyword in ONCE.items()}
    once["syntax"] = str(header.file_meta.get("TransferSyntaxUID") or "")
    once["contrast"] = _read_contrast(header)
    if not is_ct:
        return [Slice(path, 0, is_ct=False, size=_size_of(header), once=once)]
    shared, frames = (header.get(name) or [] for name in GROUPS)
    damaged = int(header.get("NumberOfFrames") or 1) != max(len(frames), 1)
    if not frames:
        return [_build_slice(header, header.get, path, 0, once, damaged)]
    return [
        _build_slice(header, _getter_of_frame([frame, *shared]), path, number, once, damaged)
        for number, frame in enumerate(frames)
    ]


def _read_contrast(header):
    """What the header says of a contrast agent: its name, or else an ingredient or a volume."""
    sequence = header.get("ContrastBolusAgentSequence")
    ingredient = _read_text(header, "ContrastBolusIngredient")
    if said := find_contrast(_read_text(header, "ContrastBolusAgent"), sequence):
        return said
    volume = _parse_number(header.get("ContrastBolusVolume"))
    return YES if volume and volume > 0 else find_contrast(ingredient)


def _getter_of_frame(groups):
    """A getter of attributes from the functional groups of a frame and those of all frames."""

    def get(keyword):
        for group in groups:
            for item in group.get(FRAMEWISE.get(keyword, ""), []) or []:
                if keyword in item:
                    return item.get(keyword)
        return None

    return get


def _size_of(header):
    return int(header.get("Rows") or 0), int(header.get("Columns") or 0)


def _build_slice(header, get, path, number, once, damaged):
    slope, intercept = (
        _parse_numbers(get("RescaleSlope"), 1),
        _parse_numbers(get("RescaleIntercept"), 1),
    )
    return Slice(
        path,
        number,
        is_ct=True,
        image_type=tuple(map(str, get("FrameType") or header.get("ImageType") or ())),
        position=_parse_numbers(get("ImagePositionPatient"), 3),
        orientation=_parse_axes(get("ImageOrientationPatient")),
        pixel_mm=_parse_lengths(get("PixelSpacing")),
        size=_size_of(header),
        rescale=(float(slope[0]), float(intercept[0])) if slope.size and intercept.size else None,
        thickness_mm=_parse_number(get("SliceThickness")),
        voltage_kvp=_parse_number(get("KVP")),
        kernel=_first_text(get("ConvolutionKernel")),
        rescale_type=_first_text(get("RescaleType")).upper(),
        photometric=_first_text(header.get("PhotometricInterpretation")).upper(),
        is_damaged=damaged,
        once=once,
    )


def _parse_numbers(value, count):
    """So many finite numbers, or none."""
    try:
        numbers = np.array(value, dtype=float).reshape(-1)
    except (TypeError, ValueError):
        return np.array([])
    return numbers if numbers.size == count and np.isfinite(numbers).all() else np.array([])


def _parse_axes(value):
    """Two directions of length 1, or none."""
    axes = _parse_numbers(value, 6)
    lengths = np.linalg.norm(axes.reshape(-1, 3), axis=1)
    return axes if (abs(lengths - 1) < UNIT_ERROR).all() else np.array([])


def _parse_lengths(value):
    """Two lengths above 0, or none."""
    lengths = _parse_numbers(value, 2)
    return lengths if (lengths > 0).all() else np.array([])


def _parse_number(value):
    found = _parse_numbers(value, 1)
    return float(found[0]) if found.size else None


def _read_text(header, keyword):
    """An attribute as text; empty also for one that is damaged."""
    try:
        return _first_text(header.get(keyword))
    except (ValueError, TypeError, OverflowError):
        return ""


def _first_text(value):
    """An attribute as text; of several values the first one."""
    if isinstance(value, MultiValue):
        value = value[0] if value else None
    return "" if value is None else str(value).strip()
