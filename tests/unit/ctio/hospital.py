"""A small made-up pelvis, and files of it such as hospitals give: for the tests of this folder."""

from copy import deepcopy
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
import yaml
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "data"
SETTINGS = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())["image_qc"]
CT_IMAGE, ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1"
CHECKS = {key: SETTINGS[key] for key in ("limits", "protocol", "kernels")}
SERIES = {
    "slice_spacing_mm": SETTINGS["limits"]["slice_spacing_mm"],
    "min_length_mm": SETTINGS["limits"]["min_length_mm"],
    "kernels": SETTINGS["kernels"],
}
AIR, FAT, MUSCLE, BONE = -1000, -100, 50, 700
SPACING_MM = (1.45, 1.45, 5.0)
SIZE = (210, 90, 26)


def settings(**changes):
    """The section image_qc of the configuration, with some of its parts changed."""
    changed = deepcopy(SETTINGS)
    for part, values in changes.items():
        changed[part] |= values
    return changed


def axes_mm():
    """Distance of every voxel from the body's middle: x to the left, y to the back, z up."""
    places = [(np.arange(n) - (n - 1) / 2) * step for n, step in zip(SIZE, SPACING_MM, strict=True)]
    z, y, x = np.meshgrid(*places[::-1], indexing="ij")
    return x, y, z


def femora():
    """Labels 1 and 2 of two straight femora whose heads lie nearer to the middle."""
    x, y, z = axes_mm()
    labels = np.zeros(x.shape, np.uint8)
    for label, sign in ((1, -1), (2, 1)):
        lean = np.interp(z, (0, 35), (0, 22))
        radius = np.interp(z, (0, 35), (14, 21))
        labels[np.hypot(x - sign * (95 - lean), y) < radius] = label
    labels[0] = labels[-1] = 0
    return labels


def image_of(voxels, pixel=np.int16):
    image = sitk.GetImageFromArray(np.asarray(voxels).astype(pixel))
    image.SetSpacing(SPACING_MM)
    image.SetOrigin((-150.0, -60.0, 12.5))
    return image


def pelvis():
    """A CT of a body of fat and muscle with two thigh bones, with noise; int16, LPS."""
    x, y, _ = axes_mm()
    voxels = np.full(x.shape, float(AIR))
    voxels[(x / 142) ** 2 + (y / 58) ** 2 < 1] = FAT
    voxels[(x / 130) ** 2 + (y / 48) ** 2 < 1] = MUSCLE
    voxels[femora() > 0] = BONE
    voxels[[0, -1]] = voxels[[1, -2]]
    noise = np.random.default_rng(7).normal(0, 12, x.shape)
    return image_of(np.maximum(voxels + noise, -1024))


def changed(image, change):
    """An image whose voxels went through a function of the array (z, y, x)."""
    other = sitk.GetImageFromArray(change(sitk.GetArrayFromImage(image)))
    other.CopyInformation(image)
    return other


def mask_of(labels):
    return image_of(labels, np.uint8)


def header(**attributes):
    """A CT slice's attributes, without geometry."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    given = {
        "SOPClassUID": CT_IMAGE,
        "SOPInstanceUID": "1.2.826.0.1.3680043.8.498.1",
        "StudyInstanceUID": "1.2.826.0.1.3680043.8.498.2",
        "SeriesInstanceUID": "1.2.826.0.1.3680043.8.498.3",
        "FrameOfReferenceUID": "1.2.826.0.1.3680043.8.498.4",
        "Modality": "CT",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "PatientID": "P1",
        "PatientName": "Doe^Jane",
        "PatientBirthDate": "19500101",
        "PatientSex": "F",
        "PatientAge": "071Y",
        "PatientPosition": "HFS",
        "StudyDate": "20240304",
        "StudyTime": "101500",
        "StudyID": "1",
        "AccessionNumber": "",
        "ReferringPhysicianName": "",
        "Manufacturer": "Maker",
        "SeriesNumber": 2,
        "AcquisitionNumber": 1,
        "KVP": 120,
        "ConvolutionKernel": "STANDARD",
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
    }
    for name, value in (given | attributes).items():
        if value is not None:
            setattr(dataset, name, value)
    return dataset


def slices_of(image, *, first_uid=1, **attributes):
    """DICOM datasets of the slices of an image, lowest first."""
    voxels = sitk.GetArrayFromImage(image)
    x_mm, y_mm, z_mm = image.GetSpacing()
    slices = []
    for number, plane in enumerate(voxels):
        slice_ = header(**attributes)
        root = f"{slice_.SeriesInstanceUID}.{first_uid + number}"
        slice_.SOPInstanceUID = slice_.file_meta.MediaStorageSOPInstanceUID = root
        slice_.file_meta.MediaStorageSOPClassUID = slice_.SOPClassUID
        slice_.InstanceNumber = number + 1
        slice_.Rows, slice_.Columns = plane.shape
        slice_.PixelSpacing = [y_mm, x_mm]
        slice_.SliceThickness = z_mm
        slice_.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        slice_.ImagePositionPatient = list(image.TransformIndexToPhysicalPoint((0, 0, number)))
        slice_.PixelData = (plane.astype(np.int32) + 1024).clip(0).astype(np.uint16).tobytes()
        slices.append(slice_)
    return slices


def write(slices, folder):
    """Write DICOM datasets into a folder; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, dataset in enumerate(slices):
        dataset.save_as(folder / f"{number:04d}.dcm", enforce_file_format=True)
    return folder


def enhanced(slices):
    """One multi-frame CT of several slices."""
    first = slices[0]
    whole = header(SOPClassUID=ENHANCED_CT, RescaleSlope=None, RescaleIntercept=None, KVP=None)
    whole.file_meta.MediaStorageSOPClassUID = ENHANCED_CT
    whole.file_meta.MediaStorageSOPInstanceUID = whole.SOPInstanceUID
    whole.Rows, whole.Columns, whole.NumberOfFrames = first.Rows, first.Columns, len(slices)
    shared, values, measures, plane, kernel = (Dataset() for _ in range(5))
    values.RescaleSlope, values.RescaleIntercept, values.RescaleType = 1, -1024, "HU"
    measures.PixelSpacing, measures.SliceThickness = first.PixelSpacing, first.SliceThickness
    plane.ImageOrientationPatient = first.ImageOrientationPatient
    kernel.ConvolutionKernel = "STANDARD"
    shared.PixelValueTransformationSequence = [values]
    shared.PixelMeasuresSequence = [measures]
    shared.PlaneOrientationSequence = [plane]
    shared.CTReconstructionSequence = [kernel]
    whole.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for slice_ in slices:
        frame, place = Dataset(), Dataset()
        place.ImagePositionPatient = slice_.ImagePositionPatient
        frame.PlanePositionSequence = [place]
        frames.append(frame)
    whole.PerFrameFunctionalGroupsSequence = frames
    whole.PixelData = b"".join(slice_.PixelData for slice_ in slices)
    return whole


def structure_set(contours, frame_of_reference="1.2.826.0.1.3680043.8.498.4"):
    """An RTSTRUCT of named lists of contours; each contour is an array (n, 3) in mm."""
    sop_class = "1.2.840.10008.5.1.4.1.1.481.3"
    dataset = header(Modality="RTSTRUCT", SOPClassUID=sop_class)
    dataset.file_meta.MediaStorageSOPClassUID = sop_class
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.StructureSetROISequence, dataset.ROIContourSequence = [], []
    for number, (name, polygons) in enumerate(contours.items(), start=1):
        roi, drawn = Dataset(), Dataset()
        roi.ROINumber = drawn.ReferencedROINumber = number
        roi.ROIName, roi.ReferencedFrameOfReferenceUID = name, frame_of_reference
        drawn.ContourSequence = []
        for points in polygons:
            contour = Dataset()
            contour.ContourGeometricType = "CLOSED_PLANAR"
            contour.NumberOfContourPoints = len(points)
            contour.ContourData = [f"{value:.3f}" for value in np.ravel(points)]
            drawn.ContourSequence.append(contour)
        dataset.StructureSetROISequence.append(roi)
        dataset.ROIContourSequence.append(drawn)
    return dataset


def save(dataset, path):
    dataset.save_as(path, enforce_file_format=True)
    return path


def read(path):
    return pydicom.dcmread(path)
