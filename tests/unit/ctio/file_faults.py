"""Faults of files: absent, damaged, huge, or not one volume of numbers."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from faults import CT, each, fault, header_edited, volume
from hospital import slices_of, write


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


@fault("voxels in another file")
def _(folder):
    volume(CT, folder, "ct.nrrd")
    text = (folder / "ct.nrrd").read_bytes().split(b"\n\n")[0]
    (folder / "secret.raw").write_bytes(bytes(10**6))
    (folder / "ct.nrrd").write_bytes(text + b"\ndata file: secret.raw\n\n")
    return {"ct": folder / "ct.nrrd"}


@fault("voxels in another file")
def _(folder):
    path = volume(CT, folder, "ct.mha")["ct"]
    path.write_bytes(
        path.read_bytes().replace(b"ElementDataFile = LOCAL", b"ElementDataFile = ../x")
    )
    return {"ct": path}


@fault("too large")
def _(folder):
    return header_edited(folder, 42, np.array([30000, 30000, 30000], "<i2").tobytes())


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
    return header_edited(folder, 252, bytes(4))


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
        fault("non-finite voxels")(_holed(_value, _name))
