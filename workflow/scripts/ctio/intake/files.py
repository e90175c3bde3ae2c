"""Image files of one volume (NIfTI, NRRD, MHA), looked at before their voxels are read."""

import re
from math import prod
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ctio.imaging.axes import require_right_angles
from ctio.intake.gzipped import read_head
from ctio.intake.nifti_header import check_nifti
from ctio.issues.issue import RejectedInput

HEADER_BYTES = 1 << 16
DISC_HEAD_BYTES = 512  # the file's class is among the first attributes
DISC_DIRECTORY = b"1.2.840.10008.1.3.10"  # DICOM PS3.4: Media Storage Directory Storage
ANATOMICAL = {  # NRRD file format, section 5: spaces whose axes are named after the body
    *(b"right-anterior-superior", b"left-anterior-superior", b"left-posterior-superior"),
    *(b"ras", b"las", b"lps"),
}
MHA_VECTORS = (  # the library takes what is no number for 0, without a word
    *(b"dimsize", b"elementspacing", b"elementsize", b"offset", b"position", b"origin"),
)
MHA_MATRICES = (b"transformmatrix", b"orientation", b"rotation")
MHA_DIMENSIONS = (b"2", b"3", b"4")  # with more than ten the library ends the program
NRRD_NUMBERS = (b"sizes", b"spacedirections", b"spaceorigin")


def check_header(path, *, max_voxels):
    """Reject a file whose header asks for something else than its own, bounded voxels.

    Parameters
    ----------
    path : Path
        Ending in one of `ctio.intake.readable.ENDINGS`.
    max_voxels : int

    Raises
    ------
    RejectedInput
        If the header cannot be read, names another file, has no orientation, two or a sheared
        one, or promises too many voxels.
    """
    head = read_head(Path(path), HEADER_BYTES)
    if str(path).endswith(".nrrd"):
        _check_nrrd(head)
    elif str(path).endswith(".mha"):
        _check_mha(head)
    else:
        check_nifti(head)
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
    except RuntimeError:
        raise RejectedInput("unreadable", "The image file's header is damaged.") from None
    voxels = prod(reader.GetSize()) * reader.GetNumberOfComponents()
    if voxels > max_voxels:
        raise RejectedInput(
            "too large", f"The image has {voxels} voxels; expected {max_voxels} or fewer."
        )
    if reader.GetDimension() == 3:
        axes = np.array(reader.GetDirection()).reshape(3, 3)
        require_right_angles(axes, np.multiply(reader.GetSize(), reader.GetSpacing()))


def _parse_fields(head, separator):
    """Lines of a text header as (name, value), names in lower case without blanks."""
    for line in head.split(b"\n"):
        if separator in line and not line.startswith(b"#"):
            name, _, value = line.partition(separator)
            yield name.strip().lower().replace(b" ", b""), value.strip()


def _check_nrrd(head):
    if not head.startswith(b"NRRD"):
        raise RejectedInput("unreadable", "The file is no NRRD image.")
    header = dict(_parse_fields(head.replace(b"\r\n", b"\n").split(b"\n\n")[0], b":"))
    if b"datafile" in header:
        raise RejectedInput(
            "voxels in another file", "The voxels of the NRRD file are in another one."
        )
    space = header.get(b"space", b"").lower().removesuffix(b"-time")
    if space not in ANATOMICAL or b"spacedirections" not in header:
        raise RejectedInput(
            "no orientation", "The NRRD header names no space of the body, or no directions."
        )
    vectors = {name: re.sub(rb"[(),]", b" ", value) for name, value in header.items()}
    _require_numbers(vectors, NRRD_NUMBERS)


def _check_mha(head):
    fields = dict(_parse_fields(head.split(b"ElementDataFile")[0], b"="))
    _, _, rest = head.partition(b"ElementDataFile")
    source = rest.partition(b"=")[2].split(b"\n")[0].strip()
    if b"ndims" not in fields or not source:
        raise RejectedInput("unreadable", "The file is no MHA image.")
    if source != b"LOCAL":
        raise RejectedInput(
            "voxels in another file", "The voxels of the MHA file are in another one."
        )
    spacing = fields.get(b"elementspacing", fields.get(b"elementsize", b""))
    if any(step.startswith(b"-") for step in spacing.split()):
        raise RejectedInput(
            "contradictory geometry", "The MHA header has a voxel spacing that is not positive."
        )
    if not {b"transformmatrix", b"orientation", b"rotation"} & set(fields):
        raise RejectedInput("no orientation", "The MHA header has no direction of its axes.")
    if fields[b"ndims"] not in MHA_DIMENSIONS:
        raise RejectedInput("unreadable", "The MHA header has no usable number of dimensions.")
    _require_numbers(fields, (*MHA_VECTORS, *MHA_MATRICES))
    rank = int(fields[b"ndims"])
    counts = dict.fromkeys(MHA_VECTORS, rank) | dict.fromkeys(MHA_MATRICES, rank * rank)
    if any(len(fields[name].split()) != counts[name] for name in counts.keys() & fields.keys()):
        raise RejectedInput("unreadable", "The MHA header has too few or too many numbers.")


def _require_numbers(fields, names):
    """Reject a header that has something else where only numbers can stand."""
    for name in names:
        words = fields.get(name, b"").split()
        try:
            numbers = [float(word) for word in words if word != b"none"]  # an axis of no space
        except ValueError:
            numbers = [float("nan")]
        if not np.isfinite(numbers).all():
            raise RejectedInput("unreadable", "The image file's header has words for numbers.")


def find_path(path):
    """The path of a file or folder that is there, or None: also for what can be no path.

    The index of a disc (DICOMDIR) stands for the folder that it lies in.
    """
    try:
        path = Path(path)
        if path.is_file():
            return path.absolute().parent if _is_disc_directory(path) else path
        return path if path.is_dir() else None
    except OSError:
        return None


def _is_disc_directory(path):
    """Whether a file is the index of a disc, by the class that it gives itself."""
    try:
        with path.open("rb") as file:
            head = file.read(DISC_HEAD_BYTES)
    except OSError:
        return False
    return head[128:132] == b"DICM" and DISC_DIRECTORY in head
