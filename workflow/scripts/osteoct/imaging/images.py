"""Images as the study knows them: one orientation, one grid per patient, or a sentence why not.

Every image is oriented LPS: as an array (z, y, x), z grows towards the head, y towards the
patient's back, x towards the patient's left. A reason never names a file: file and folder names
may carry a patient's identity, and reasons are printed.
"""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from osteoct.batches import PatientProblem
from osteoct.imaging.dicom import PROTOCOL_TAGS, read_series
from osteoct.imaging.nifti import is_cut_off
from osteoct.imaging.sides import LEFT, RIGHT, checked_sides, with_sides
from osteoct.results import atomic

INTERPOLATORS = {
    "nearest": sitk.sitkNearestNeighbor,
    "linear": sitk.sitkLinear,
    "bspline": sitk.sitkBSpline,
}
SAME_GRID_MM = 1e-2  # NIfTI keeps its geometry in single precision


def read_ct(path):
    """Read one CT: a NIfTI, NRRD or MHA file, or a folder of DICOM slices.

    From a folder the axial CT series with most slices is taken.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    SimpleITK.Image
        Hounsfield units, int16 or float32, oriented LPS. A DICOM series' tube voltage and kernel
        are its meta-data `tube_voltage_kvp` and `kernel`.

    Raises
    ------
    PatientProblem
        If there is no image, it cannot be read, it is not one 3-D volume with evenly spaced,
        untilted slices, or its voxels are all alike or not numbers.
    """
    path = Path(path)
    if not path.exists():
        raise PatientProblem(
            "There is no CT where the participants table says. Copy the scan there or correct "
            "the column ct."
        )
    image = read_series(path) if path.is_dir() else _read_file(path, "CT")
    protocol = {key: image.GetMetaData(key) for key in PROTOCOL_TAGS if image.HasMetaDataKey(key)}
    image = _volume(image, "CT")
    voxels = sitk.GetArrayViewFromImage(image)
    low, high = float(voxels.min()), float(voxels.max())
    if not np.isfinite([low, high]).all():
        raise PatientProblem("The CT has voxels that are not numbers. Export it again.")
    if low == high:
        raise PatientProblem(f"Every voxel of the CT is {low:g} HU. Export it again.")
    whole = np.issubdtype(voxels.dtype, np.integer) and low >= -(2**15) and high < 2**15
    image = sitk.Cast(image, sitk.sitkInt16 if whole else sitk.sitkFloat32)
    for key, value in protocol.items():
        image.SetMetaData(key, value)
    return image


def read_mask(path, *, like):
    """Read a label map of the femora onto a CT's own grid: 1 right, 2 left.

    A mask whose only label is not 2 says no sides: each voxel gets the side on which it lies.

    Parameters
    ----------
    path : str or Path
        NIfTI, NRRD or MHA file.
    like : SimpleITK.Image
        The patient's CT, from `read_ct`.

    Returns
    -------
    SimpleITK.Image
        uint8 labels 0, 1, 2 on the grid of `like`.

    Raises
    ------
    PatientProblem
        If the mask is absent, unreadable, empty, beside the CT, has other labels, or has its
        right femur to the left of its left one.
    """
    if not Path(path).is_file():
        raise PatientProblem(
            "There is no mask file where the participants table says. Correct the column or "
            "leave it empty."
        )
    mask = _volume(_read_file(path, "mask"), "mask")
    labels = [float(label) for label in np.unique(sitk.GetArrayViewFromImage(mask)) if label != 0]
    has_sides = labels in ([RIGHT, LEFT], [LEFT])
    if len(labels) > 1 and not has_sides:
        listed = ", ".join(f"{label:g}" for label in labels[:5])
        raise PatientProblem(
            f"The mask has the labels {listed}; expected 1 (right femur) and 2 (left femur), or "
            "one label for both. Relabel it."
        )
    mask = _on_grid(sitk.Cast(mask if has_sides else mask != 0, sitk.sitkUInt8), like)
    if not sitk.GetArrayViewFromImage(mask).any():
        raise PatientProblem(
            "The mask has no voxel inside the CT. It is empty or belongs to another scan: draw "
            "it again or leave the column empty."
        )
    return checked_sides(mask) if has_sides else with_sides(mask, like)


def resample(image, *, spacing_mm, interpolator, background):
    """Image on a grid of another spacing that fills the same space, centred in it.

    Parameters
    ----------
    image : SimpleITK.Image
    spacing_mm : sequence of float, (x, y, z)
    interpolator : {"nearest", "linear", "bspline"}
    background : float
        Value outside of `image`.

    Returns
    -------
    SimpleITK.Image
        Pixel type of `image`; each side as long as before, rounded to whole voxels.
    """
    old_size, old_spacing = np.array(image.GetSize()), np.array(image.GetSpacing())
    spacing = np.asarray(spacing_mm, dtype=float)
    size = np.maximum(1, np.round(old_size * old_spacing / spacing)).astype(int)
    centre = image.TransformContinuousIndexToPhysicalPoint(((old_size - 1) / 2).tolist())
    axes = np.array(image.GetDirection()).reshape(3, 3)
    grid = sitk.Image(size.tolist(), sitk.sitkUInt8)
    grid.SetSpacing(spacing.tolist())
    grid.SetDirection(image.GetDirection())
    grid.SetOrigin((np.array(centre) - axes @ ((size - 1) / 2 * spacing)).tolist())
    return resample_like(image, grid, interpolator=interpolator, background=background)


def resample_like(image, reference, *, interpolator, background):
    """Image on the grid of another one; `background` where it has no voxel."""
    return sitk.Resample(
        image, reference, sitk.Transform(), INTERPOLATORS[interpolator], background
    )


def crop_to(image, box):
    """The part of an image inside a box: three slices (z, y, x), as `bounding_box` gives."""
    z, y, x = box
    return image[x, y, z]


def bounding_box(mask, *, margin_mm):
    """Smallest box around all labels of a mask, widened by a margin, clipped to the image.

    Parameters
    ----------
    mask : SimpleITK.Image
    margin_mm : float

    Returns
    -------
    tuple of slice, (z, y, x)
        Indexes the array of `mask`; `crop_to` takes it for images.

    Raises
    ------
    ValueError
        If the mask is empty.
    """
    labels = sitk.GetArrayViewFromImage(mask)
    rows = labels.any(axis=2)
    z, y = (np.flatnonzero(rows.any(axis=axis)) for axis in (1, 0))
    if not z.size:
        raise ValueError("An empty mask has no bounding box.")
    x = np.flatnonzero(labels[z[0] : z[-1] + 1, y[0] : y[-1] + 1].any(axis=(0, 1)))
    box = []
    for where, size, spacing in zip((z, y, x), labels.shape, mask.GetSpacing()[::-1], strict=True):
        margin = int(np.ceil(margin_mm / spacing))
        first, last = int(where[0]) - margin, int(where[-1]) + margin + 1
        box.append(slice(max(0, first), min(size, last)))
    return tuple(box)


def write_image(image, path):
    """Write an image, compressed, whole or not at all."""
    with atomic(path) as partial:
        sitk.WriteImage(image, str(partial), useCompression=True)


def _read_file(path, what):
    try:
        if str(path).endswith((".nii", ".nii.gz")) and is_cut_off(path):
            raise RuntimeError
        return sitk.ReadImage(str(path))
    except (RuntimeError, OSError, EOFError):
        raise PatientProblem(
            f"The {what} cannot be read: it is damaged, cut off or no NIfTI, NRRD or MHA image. "
            "Export it again."
        ) from None


def _volume(image, what):
    """One 3-D volume of one value per voxel, oriented LPS."""
    while image.GetDimension() > 3 and image.GetSize()[-1] == 1:
        image = image[..., 0]
    if image.GetDimension() != 3 or min(image.GetSize()) < 2:
        size = " × ".join(map(str, image.GetSize()))
        raise PatientProblem(f"The {what} is {size} voxels, not one 3-D volume. Export it again.")
    if image.GetNumberOfComponentsPerPixel() > 1:
        raise PatientProblem(f"The {what} has colours, not one value per voxel. Export it again.")
    return sitk.DICOMOrient(image, "LPS")


def _on_grid(mask, like):
    """Mask on the grid of a CT, nearest voxels; untouched where it is there already."""
    size = np.array(like.GetSize()) - 1
    corners = [(size * corner).tolist() for corner in np.ndindex(2, 2, 2)]
    here = [mask.TransformContinuousIndexToPhysicalPoint(corner) for corner in corners]
    there = [like.TransformContinuousIndexToPhysicalPoint(corner) for corner in corners]
    if mask.GetSize() == like.GetSize() and np.allclose(here, there, rtol=0, atol=SAME_GRID_MM):
        mask.CopyInformation(like)
        return mask
    return resample_like(mask, like, interpolator="nearest", background=0)
