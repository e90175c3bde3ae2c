"""One provoked fault for every check of the gate: what is wrong with a patient's files."""

import gzip
import shutil
import zipfile
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from hospital import (
    changed,
    femora,
    mask_of,
    pelvis,
    save,
    slices_of,
    structure_set,
    write,
)

CT = pelvis()
FAULTS = {}


def fault(check):
    """Registers a function(folder) -> row of participants.tsv as the fault of a check."""

    def register(make):
        FAULTS.setdefault(check, []).append(make)
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
    return series(lambda slices: [_with(slice_, attributes) for slice_ in slices])


def one(number, **attributes):
    """A DICOM series with some attributes in one slice."""
    return series(
        lambda slices: [*slices[:number], _with(slices[number], attributes)] + slices[number + 1 :]
    )


def outlined(mask):
    """A good CT with an outline: an array of labels, or an image."""

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


def _with(slice_, attributes):
    for keyword, value in attributes.items():
        setattr(slice_, keyword, value) if value is not None else delattr(slice_, keyword)
    return slice_


def _moved(slices, axis, shift):
    """Slices whose position along an axis went through a function of (number, mm)."""
    for number, slice_ in enumerate(slices):
        slice_.ImagePositionPatient[axis] = shift(number, slice_.ImagePositionPatient[axis])


def _spaced(*spacing):
    image = sitk.Image(CT)
    image.SetSpacing(spacing)
    return image


def _header_edited(folder, start, replacement):
    path = volume(CT, folder)["ct"]
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[start : start + len(replacement)] = replacement
    path.write_bytes(gzip.compress(bytes(content), 1))
    return {"ct": path}


@fault("no scan")
def _(folder):
    return {"ct": folder / "nowhere.nii.gz"}


@fault("unreadable")
def _(folder):
    row = volume(CT, folder)
    row["ct"].write_bytes(row["ct"].read_bytes()[:5000])
    return row


@fault("unreadable")
def _(folder):
    (folder / "ct.dcm").write_bytes(b"not an image" * 50)
    return {"ct": folder / "ct.dcm"}


@fault("unreadable")
def _(folder):
    row = volume(CT, folder, "ct.nii")
    row["ct"].rename(folder / "ct.nrrd")
    return {"ct": folder / "ct.nrrd"}


@fault("unreadable")
def _(folder):
    archive = shutil.make_archive(folder / "scan", "zip", write(slices_of(CT), folder / "scan"))
    content = bytearray(Path(archive).read_bytes())
    content[2000:9000] = bytes(7000)
    (folder / "scan.zip").write_bytes(content)
    return {"ct": folder / "scan.zip"}


@fault("refers elsewhere")
def _(folder):
    volume(CT, folder, "ct.nrrd")
    text = (folder / "ct.nrrd").read_bytes().split(b"\n\n")[0]
    (folder / "secret.raw").write_bytes(bytes(10**6))
    (folder / "ct.nrrd").write_bytes(text + b"\ndata file: secret.raw\n\n")
    return {"ct": folder / "ct.nrrd"}


@fault("refers elsewhere")
def _(folder):
    path = volume(CT, folder, "ct.mha")["ct"]
    path.write_bytes(
        path.read_bytes().replace(b"ElementDataFile = LOCAL", b"ElementDataFile = ../x")
    )
    return {"ct": path}


@fault("too large")
def _(folder):
    return _header_edited(folder, 42, np.array([30000, 30000, 30000], "<i2").tobytes())


@fault("too large")
def _(folder):
    return each(Rows=60000, Columns=60000)(folder)


@fault("too large")
def _(folder):
    with zipfile.ZipFile(folder / "many.zip", "w") as archive:
        for number in range(120):
            archive.writestr(str(number), b"")
    return {"ct": folder / "many.zip"}


@fault("too large")
def _(folder):
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(30_000_000))
    return {"ct": folder / "bomb.zip"}


@fault("locked archive")
def _(folder):
    with zipfile.ZipFile(folder / "scan.zip", "w") as archive:
        archive.writestr("a", b"abc")
    content = bytearray((folder / "scan.zip").read_bytes())
    content[6] |= 1  # encrypted, in the local header
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (folder / "scan.zip").write_bytes(content)
    return {"ct": folder / "scan.zip"}


@fault("not one volume")
def _(folder):
    return volume(CT[:, :, 3], folder)


@fault("not one volume")
def _(folder):
    return volume(sitk.JoinSeries(CT, CT), folder)


@fault("not one volume")
def _(folder):
    return volume(sitk.Compose(CT, CT), folder)


@fault("no orientation")
def _(folder):
    return _header_edited(folder, 252, bytes(4))


@fault("no orientation")
def _(folder):
    path = volume(CT, folder, "ct.nrrd")["ct"]
    path.write_bytes(path.read_bytes().replace(b"space: left-posterior-superior\n", b""))
    return {"ct": path}


def _holed(value, name):
    voxels = sitk.GetArrayFromImage(CT).astype(np.float32)
    voxels[3, 4, 5] = value
    image = sitk.GetImageFromArray(voxels)
    image.CopyInformation(CT)
    return lambda folder: volume(image, folder, name)


for _value in (np.nan, np.inf):
    for _name in ("ct.nii.gz", "ct.nii", "ct.nrrd", "ct.mha"):
        fault("voxels not numbers")(_holed(_value, _name))

fault("one value everywhere")(edited(lambda v: v * 0))
fault("no axial series")(each(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]))
fault("no axial series")(each(ImageOrientationPatient=[1, 0, 0, 0, 0, -1]))
fault("no axial series")(each(Modality="MR"))
fault("several patients")(one(3, PatientID="P2"))
fault("missing slices")(series(lambda s: s[:10] + s[11:]))
fault("missing slices")(series(lambda s: s[:10] + s[13:]))
fault("duplicate slices")(one(5, ImagePositionPatient=[-150.0, -60.0, 12.5 + 6 * 5]))
fault("uneven slices")(series(lambda s: _moved(s, 2, lambda n, z: z + 2 * (n == 7))))
fault("gantry tilt")(series(lambda s: _moved(s, 1, lambda n, y: y + 1.3 * n)))
fault("mixed orientation")(one(5, ImageOrientationPatient=[1, 0, 0, 0, 0.96, 0.28]))
fault("mixed frames of reference")(one(5, FrameOfReferenceUID="1.2.3"))
fault("mixed sizes")(one(5, PixelSpacing=[1.2, 1.2]))
fault("mixed rescaling")(one(5, RescaleIntercept=-1000))
fault("mixed rescaling")(one(5, RescaleSlope=2))


def _stored_as_hu(slices):
    for slice_ in slices:
        hu = np.frombuffer(slice_.PixelData, np.uint16).astype(np.int16) - 1024
        _with(slice_, {"RescaleSlope": None, "RescaleIntercept": None, "PixelRepresentation": 1})
        slice_.PixelData = hu.astype(np.int16).tobytes()


fault("no rescaling")(series(_stored_as_hu))
fault("no number for a slice's place")(one(5, ImagePositionPatient=None))
fault("no number for a slice's place")(one(5, PixelSpacing=None))
fault("order of files")(
    series(lambda s: [_with(x, {"InstanceNumber": 7 * n % 26}) for n, x in enumerate(s)])
)


@fault("several series")
def _(folder):
    write(slices_of(CT), folder / "scan" / "a")
    write(slices_of(CT, SeriesInstanceUID="1.2.9", SeriesNumber=9), folder / "scan" / "b")
    return {"ct": folder / "scan"}


fault("derived images")(each(ImageType=["DERIVED", "SECONDARY", "AXIAL"]))
fault("lossy compression")(each(LossyImageCompression="01"))
fault("gaps between slices")(each(SliceThickness=2.5))
fault("mixed protocol")(one(5, KVP=80))
fault("patient position")(each(PatientPosition="FFP"))


def _disagreeing(**row):
    return lambda folder: each()(folder) | row


fault("table disagrees")(_disagreeing(sex="M"))
fault("table disagrees")(_disagreeing(age=40.0))
fault("table disagrees")(_disagreeing(exam_date="2023-01-31"))

fault("pixel spacing")(lambda folder: volume(_spaced(1.8, 1.8, 5.0), folder))
fault("slice spacing")(lambda folder: volume(_spaced(1.45, 1.45, 6.0), folder))
fault("length")(lambda folder: volume(CT[:, :, :10], folder))
fault("pixels not square")(lambda folder: volume(_spaced(1.45, 1.3, 5.0), folder))


@fault("oblique")
def _(folder):
    turned = sitk.Image(CT)
    c, s = np.cos(0.35), np.sin(0.35)
    turned.SetDirection([c, -s, 0, s, c, 0, 0, 0, 1])
    return volume(turned, folder)


fault("one hip")(lambda folder: volume(CT[110:], folder))
fault("body cut off")(lambda folder: volume(CT[:, 15:75], folder))
fault("no air")(edited(lambda v: v + 1024))
fault("no soft tissue")(edited(lambda v: np.where((v > -400) & (v < 200), 200, v)))
fault("no bone")(edited(lambda v: np.minimum(v, 200)))
fault("few grey levels")(edited(lambda v: (v // 10 * 10).astype(np.int16)))
fault("values cut")(edited(lambda v: np.minimum(v, 680)))
fault("padding")(edited(lambda v: np.where(np.arange(210) < 3, -3024, v).astype(np.int16)))
fault("air elsewhere")(edited(lambda v: np.where(v < -700, v + 150, v).astype(np.int16)))
fault("fat elsewhere")(
    edited(lambda v: np.where((v < -40) & (v > -300), v + 150, v).astype(np.int16))
)
fault("muscle elsewhere")(
    edited(lambda v: np.where((v > -20) & (v < 250), v + 90, v).astype(np.int16))
)


def _metal(v):
    v[10:14, 40:50, 150:160] = 3000
    return v


fault("metal")(edited(_metal))
fault("unequal sides")(edited(lambda v: np.where((np.arange(210) < 90) & (v > 300), 50, v)))
fault("no thigh bone")(
    edited(lambda v: np.where((np.arange(26) < 5)[:, None, None] & (v > 300), 50, v))
)

fault("thick slices")(lambda folder: volume(CT, folder))
fault("tube voltage")(each(KVP=140))
fault("sharp kernel")(each(ConvolutionKernel="BONE"))
fault("contrast agent")(each(ContrastBolusAgent="Iodine"))
fault("protocol unknown")(lambda folder: volume(CT, folder))

fault("no mask")(lambda folder: volume(CT, folder) | {"mask": folder / "none.nii.gz"})


@fault("mask unreadable")
def _(folder):
    (folder / "mask.nii.gz").write_bytes(b"no mask")
    return volume(CT, folder) | {"mask": folder / "mask.nii.gz"}


@fault("mask unreadable")
def _(folder):
    return volume(CT, folder) | {"mask": write(slices_of(CT)[:1], folder / "scan") / "0000.dcm"}


fault("mask not one volume")(outlined(mask_of(femora())[:, :, 5]))
fault("unknown labels")(outlined(np.where(femora() == 1, 3, femora())))
fault("mask empty")(outlined(femora() * 0))


@fault("mask empty")
def _(folder):
    mask = mask_of(femora())
    mask.SetOrigin((9000.0, 0.0, 0.0))
    return outlined(mask)(folder)


fault("sides swapped")(outlined((3 - femora()) * (femora() > 0)))


@fault("mask partly outside")
def _(folder):
    mask = mask_of(femora())
    mask.SetOrigin((-90.0, -60.0, 12.5))
    return outlined(mask)(folder)


@fault("another grid")
def _(folder):
    return outlined(mask_of(femora())[1:])(folder)


def _boxes(*slices):
    mask = np.zeros((26, 90, 210), np.uint8)
    for box in slices:
        mask[box] = 2
    return mask


fault("several pieces")(
    outlined(np.where((np.arange(26) == 12)[:, None, None], 0, femora()).astype(np.uint8))
)
fault("implausible volume")(outlined(_boxes(np.s_[5:8, 40:50, 165:175])))
fault("beside the bone")(outlined(_boxes(np.s_[5:20, 35:50, 110:130])))


def _mirrored():
    """Each femur turned round in its place, so that its head points outwards."""
    labels = femora()
    right = labels[:, :, :105] == 1
    turned = np.zeros_like(labels)
    turned[:, :, :105] = right[:, :, ::-1]
    return np.roll(turned, -25, axis=2)


fault("wrong side")(outlined(np.ascontiguousarray(_mirrored())))
fault("mask at the edge")(
    outlined(np.where((np.arange(26) == 0)[:, None, None], femora()[1], femora()))
)


def _ring(z_mm):
    angle = np.linspace(0, 6.2, 40)
    return np.column_stack([95 + 20 * np.cos(angle), 20 * np.sin(angle), np.full(40, z_mm) + 0.0])


fault("no femur named")(drawn(structure_set({"GTV": [_ring(22.5)]})))
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
