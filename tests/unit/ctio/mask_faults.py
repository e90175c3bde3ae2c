"""Faults of segmentations."""

import numpy as np
from faults import CT, drawn, fault, segmented, volume
from hospital import femora, mask_of, slices_of, structure_set, write

fault("no mask")(lambda folder: volume(CT, folder) | {"mask": folder / "none.nii.gz"})


@fault("mask unreadable")
def _(folder):
    (folder / "mask.nii.gz").write_bytes(b"no mask")
    return volume(CT, folder) | {"mask": folder / "mask.nii.gz"}


@fault("mask unreadable")
def _(folder):
    return volume(CT, folder) | {"mask": write(slices_of(CT)[:1], folder / "scan") / "0000.dcm"}


fault("mask not one volume")(segmented(mask_of(femora())[:, :, 5]))
fault("unknown labels")(segmented(np.where(femora() == 1, 3, femora())))
fault("mask empty")(segmented(femora() * 0))


@fault("mask empty")
def _(folder):
    mask = mask_of(femora())
    mask.SetOrigin((9000.0, 0.0, 0.0))
    return segmented(mask)(folder)


fault("sides swapped")(segmented((3 - femora()) * (femora() > 0)))


@fault("mask partly outside")
def _(folder):
    mask = mask_of(femora())
    mask.SetOrigin((-90.0, -60.0, 12.5))
    return segmented(mask)(folder)


@fault("mask on another grid")
def _(folder):
    return segmented(mask_of(femora())[1:])(folder)


def _boxes(*slices):
    mask = np.zeros((26, 90, 210), np.uint8)
    for box in slices:
        mask[box] = 2
    return mask


fault("mask in several components")(
    segmented(np.where((np.arange(26) == 12)[:, None, None], 0, femora()).astype(np.uint8))
)
fault("implausible volume")(segmented(_boxes(np.s_[5:8, 40:50, 165:175])))
fault("mask off the bone")(segmented(_boxes(np.s_[5:20, 35:50, 110:130])))


def _mirrored():
    """Each femur turned round in its place, so that its head points outwards."""
    labels = femora()
    right = labels[:, :, :105] == 1
    turned = np.zeros_like(labels)
    turned[:, :, :105] = right[:, :, ::-1]
    return np.roll(turned, -25, axis=2)


fault("wrong side")(segmented(np.ascontiguousarray(_mirrored())))
fault("mask at the edge")(
    segmented(np.where((np.arange(26) == 0)[:, None, None], femora()[1], femora()))
)


def _ring(z_mm, radius_mm=20):
    angle = np.linspace(0, 6.2, 40)
    x, y = 95 + radius_mm * np.cos(angle), radius_mm * np.sin(angle)
    return np.column_stack([x, y, np.full(40, z_mm) + 0.0])


fault("no femur named")(drawn(structure_set({"GTV": [_ring(22.5)]})))
fault("structures by name")(
    drawn(structure_set({"femur left": [_ring(22.5)], "PRV femur left": [_ring(22.5)]}))
)
fault("structures overlap")(
    drawn(structure_set({"femur left": [_ring(22.5)], "femur left 2": [_ring(22.5, 28)]}))
)
fault("mask of another scan")(drawn(structure_set({"femur left": [_ring(22.5)]}, "1.2.3.4")))


@fault("contours unusable")
def _(folder):
    leaning = _ring(22.5)
    leaning[:, 2] += np.linspace(0, 40, 40)
    return drawn(structure_set({"femur left": [leaning]}))(folder)


@fault("contours unusable")
def _(folder):
    dataset = structure_set({"femur left": [_ring(22.5)]})
    dataset.ROIContourSequence[0].ContourSequence[0].ContourGeometricType = "POINT"
    return drawn(dataset)(folder)
