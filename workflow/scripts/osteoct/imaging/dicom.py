"""One CT volume from a folder of DICOM slices, refused where slices are missing or mixed."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from osteoct.batches import PatientProblem

PROTOCOL_TAGS = {"tube_voltage_kvp": "0018|0060", "kernel": "0018|1210"}

MODALITY, IMAGE_TYPE, SERIES = "0008|0060", "0008|0008", "0020|000e"
POSITION, ORIENTATION, FRAMES = "0020|0032", "0020|0037", "0028|0008"
AXIAL_COSINE = 0.8  # a slice tilted by more than 37 degrees is coronal, sagittal or oblique
GAP_TOLERANCE = 0.05  # how far a gap between slices may be from the usual one, as a share of it
DRIFT_MM = 0.2  # how far a slice may lie beside the one below it; more is a tilted gantry


def read_series(folder):
    """The axial CT series with most slices in a folder, or in the folders inside it.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    SimpleITK.Image
        Hounsfield units; the keys of `PROTOCOL_TAGS` that the slices carry are its meta-data.

    Raises
    ------
    PatientProblem
        If there is no such series, or its slices are doubled, missing, tilted or of unlike size.
    """
    slices = max(_series(folder), key=len, default=None)
    if slices is None:
        raise PatientProblem(
            "The CT folder holds no axial CT slice in DICOM. Export the axial series again."
        )
    headers = [header for header, _ in slices]
    if len(slices) > 1:
        slices = _sorted_slices(slices)
    try:
        paths = [str(path) for _, path in slices]
        image = sitk.ReadImage(paths if len(paths) > 1 else paths[0])
    except RuntimeError:
        raise PatientProblem(
            "The DICOM slices cannot be put together: some are damaged or of another size. Export "
            "the series again."
        ) from None
    for key, tag in PROTOCOL_TAGS.items():
        if headers[0].HasMetaDataKey(tag):
            image.SetMetaData(key, headers[0].GetMetaData(tag).strip())
    return image


def _series(folder):
    """Axial CT slices by series: lists of (header, path), in the order of their names."""
    series = defaultdict(list)
    for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
        header = _header(path)
        if header is not None and _is_axial_ct(header):
            series[_value(header, SERIES)].append((header, path))
    return list(series.values())


def _header(path):
    """A DICOM file's header, or None for any other file."""
    reader = sitk.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
    except RuntimeError:
        return None
    return reader


def _value(header, tag):
    return header.GetMetaData(tag).strip() if header.HasMetaDataKey(tag) else ""


def _numbers(header, tag):
    """The numbers of an attribute; none if it is absent or damaged."""
    try:
        return np.array([float(part) for part in _value(header, tag).split("\\")])
    except ValueError:
        return np.array([])


def _normal(header):
    """Direction across a slice, a unit vector; zeros if the header does not say."""
    across = _numbers(header, ORIENTATION)
    return np.cross(across[:3], across[3:]) if across.size == 6 else np.zeros(3)


def _is_axial_ct(header):
    if _value(header, MODALITY) != "CT" or "LOCALIZER" in _value(header, IMAGE_TYPE):
        return False
    if _value(header, FRAMES) not in ("", "0", "1"):
        return True  # an enhanced multi-frame CT keeps its geometry elsewhere
    return _numbers(header, POSITION).size == 3 and abs(_normal(header)[2]) > AXIAL_COSINE


def _sorted_slices(slices):
    """Slices from one end of the body to the other, or what is wrong with them."""
    normal = _normal(slices[0][0])
    if any(not np.allclose(_normal(header), normal, atol=1e-3) for header, _ in slices):
        raise PatientProblem(
            "The DICOM series mixes slices of different orientation. Export one axial series."
        )
    if len({header.GetSize()[:2] + header.GetSpacing()[:2] for header, _ in slices}) > 1:
        raise PatientProblem(
            "The DICOM series mixes slices of different size or pixel spacing. Export one series."
        )
    places = np.array([_numbers(header, POSITION) for header, _ in slices])
    order = np.argsort(places @ normal, kind="stable")
    _check_steps(np.diff(places[order], axis=0), normal)
    return [slices[index] for index in order]


def _check_steps(steps, normal):
    """Refuse steps from slice to slice, (n - 1, 3) in mm, that are not all alike and straight."""
    gaps = steps @ normal
    usual = float(np.median(gaps))
    if doubled := int((gaps < GAP_TOLERANCE * usual).sum()) if usual > 0 else len(gaps):
        raise PatientProblem(
            f"The DICOM series has slices at the place of another one ({doubled} of "
            f"{len(gaps) + 1}). Export one series, without repeats."
        )
    if uneven := int((abs(gaps - usual) > GAP_TOLERANCE * usual).sum()):
        raise PatientProblem(
            f"Slices are missing: of {len(gaps)} gaps between DICOM slices {uneven} differ from "
            f"the usual {usual:g} mm, up to {gaps.max():g} mm. Export the whole series."
        )
    drift = float(np.linalg.norm(steps - np.outer(gaps, normal), axis=1).max())
    if drift > DRIFT_MM:
        raise PatientProblem(
            f"The slices are shifted by {drift:.2f} mm each against the one below: the gantry was "
            "tilted. Reconstruct the scan without tilt."
        )
