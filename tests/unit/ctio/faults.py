"""Register of provoked faults: for each issue, what provokes it in a patient's files."""

import gzip

import numpy as np
import SimpleITK as sitk
from hospital import (
    changed,
    mask_of,
    pelvis,
    save,
    slices_of,
    write,
)

CT = pelvis()
FAULTS = {}


def fault(name):
    """Registers a function(folder) -> row of participants.tsv as the fault behind an issue."""

    def register(make):
        FAULTS.setdefault(name, []).append(make)
        return make

    return register


def volume(image, folder, name="ct.nii.gz"):
    sitk.WriteImage(image, folder / name)
    return {"ct": folder / name}


def edited(change):
    """A CT file whose voxels (z, y, x) went through a function."""
    return lambda folder: volume(changed(CT, change), folder)


def series(change):
    """A DICOM series whose datasets went through a function that may return another list."""

    def make(folder):
        slices = slices_of(CT)
        return {"ct": write(change(slices) or slices, folder / "scan")}

    return make


def each(**attributes):
    """A DICOM series with some attributes in every slice."""
    return series(lambda slices: [having(slice_, attributes) for slice_ in slices])


def one(number, **attributes):
    """A DICOM series with some attributes in one slice."""
    return series(
        lambda slices: [*slices[:number], having(slices[number], attributes)] + slices[number + 1 :]
    )


def segmented(mask):
    """A good CT with a segmentation: an array of labels, or an image."""

    def make(folder):
        image = mask_of(mask) if isinstance(mask, np.ndarray) else mask
        sitk.WriteImage(image, folder / "mask.nii.gz")
        return volume(CT, folder) | {"mask": folder / "mask.nii.gz"}

    return make


def drawn(dataset):
    """A good DICOM CT with an RTSTRUCT."""

    def make(folder):
        path = save(dataset, folder / "rs.dcm")
        return {"ct": write(slices_of(CT), folder / "scan"), "mask": path}

    return make


def having(slice_, attributes):
    for keyword, value in attributes.items():
        setattr(slice_, keyword, value) if value is not None else delattr(slice_, keyword)
    return slice_


def moved(slices, axis, shift):
    """Slices whose position along an axis went through a function of (number, mm)."""
    for number, slice_ in enumerate(slices):
        slice_.ImagePositionPatient[axis] = shift(number, slice_.ImagePositionPatient[axis])


def spaced(*spacing):
    image = sitk.Image(CT)
    image.SetSpacing(spacing)
    return image


def header_edited(folder, start, replacement):
    path = volume(CT, folder)["ct"]
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[start : start + len(replacement)] = replacement
    path.write_bytes(gzip.compress(bytes(content), 1))
    return {"ct": path}
