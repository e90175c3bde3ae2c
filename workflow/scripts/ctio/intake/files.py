"""Image files of one volume (NIfTI, NRRD, MHA), looked at before their voxels are read."""

import gzip
import struct
import zlib
from math import prod
from pathlib import Path

import SimpleITK as sitk

from ctio.issues.issues import Refusal

ENDINGS = (".nii", ".nii.gz", ".nrrd", ".mha")
HEADER_BYTES = 1 << 16


def refuse_untrusted(path, *, voxels_at_most):
    """Refuse a file whose header asks for something else than its own, bounded voxels.

    Parameters
    ----------
    path : Path
        Ending in one of `ENDINGS`.
    voxels_at_most : int

    Raises
    ------
    Refusal
        If the header cannot be read, names another file, does not say where left and right are,
        or promises too many voxels.
    """
    head = _head(path)
    if str(path).endswith(".nrrd"):
        _refuse_nrrd(head)
    elif str(path).endswith(".mha"):
        _refuse_mha(head)
    else:
        _refuse_nifti(head)
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
    except RuntimeError:
        raise Refusal("unreadable", "The image file's header is damaged.") from None
    voxels = prod(reader.GetSize()) * reader.GetNumberOfComponents()
    if voxels > voxels_at_most:
        raise Refusal(
            "too large", f"The image has {voxels} voxels; expected {voxels_at_most} or fewer."
        )


def _head(path):
    """The first bytes of a file, unpacked where they are gzipped."""
    try:
        with gzip.open(path) if str(path).endswith(".gz") else Path(path).open("rb") as file:
            return file.read(HEADER_BYTES)
    except (OSError, EOFError, zlib.error):
        raise Refusal("unreadable", "The image file is damaged or cut off.") from None


def _fields(head, separator):
    """Lines of a text header as (name, value), names in lower case without blanks."""
    for line in head.split(b"\n"):
        if separator in line and not line.startswith(b"#"):
            name, _, value = line.partition(separator)
            yield name.strip().lower().replace(b" ", b""), value.strip()


def _refuse_nrrd(head):
    if not head.startswith(b"NRRD"):
        raise Refusal("unreadable", "The file is no NRRD image.")
    header = dict(_fields(head.replace(b"\r\n", b"\n").split(b"\n\n")[0], b":"))
    if b"datafile" in header:
        raise Refusal("refers elsewhere", "The NRRD header names another file for its voxels.")
    if b"space" not in header or b"spacedirections" not in header:
        raise Refusal("no orientation", "The NRRD header names no space and no directions.")


def _refuse_mha(head):
    fields = dict(_fields(head.split(b"ElementDataFile")[0], b"="))
    _, _, rest = head.partition(b"ElementDataFile")
    source = rest.partition(b"=")[2].split(b"\n")[0].strip()
    if b"ndims" not in fields or not source:
        raise Refusal("unreadable", "The file is no MHA image.")
    if source != b"LOCAL":
        raise Refusal("refers elsewhere", "The MHA header names another file for its voxels.")
    if not {b"transformmatrix", b"orientation", b"rotation"} & set(fields):
        raise Refusal("no orientation", "The MHA header has no direction of its axes.")


def _refuse_nifti(head):
    """NIfTI-1 and -2: the codes of qform and sform are at bytes 252 and 344."""
    for size, form, codes in ((348, "hh", 252), (540, "ii", 344)):
        for order in "<>":
            if head[:4] == struct.pack(f"{order}i", size) and len(head) >= size:
                if not any(struct.unpack_from(order + form, head, codes)):
                    raise Refusal(
                        "no orientation", "The NIfTI header has neither a qform nor an sform."
                    )
                return
    raise Refusal("unreadable", "The file is no NIfTI image.")
