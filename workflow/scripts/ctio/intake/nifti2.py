"""A NIfTI-2 file written as NIfTI-1, since the library that reads images knows no other."""

import struct
from math import prod

from ctio.intake.gzipped import read_blocks, read_head
from ctio.intake.nifti_header import LAYOUTS, check_nifti, find_layout
from ctio.issues.issue import RejectedInput

HEAD_BYTES = 1024
MAX_SIDE = 2**15 - 1  # NIfTI-1 counts voxels in 16 bits
SINGLE, DOUBLE = LAYOUTS[348], LAYOUTS[540]
FIRST_VOXEL = SINGLE.bytes + 4
SAME = ("size", "pixdim", "scale", "quaternion", "rows", "voxel", "units")


def is_nifti2(path):
    """Whether a file has the header of a NIfTI-2 file, packed or not."""
    try:
        return find_layout(read_head(path, HEAD_BYTES))[0] is DOUBLE
    except RejectedInput:
        return False


def write_as_nifti1(path, target, *, max_voxels):
    """Write the voxels of a NIfTI-2 file behind a NIfTI-1 header that says the same.

    Parameters
    ----------
    path, target : Path
    max_voxels : int

    Raises
    ------
    RejectedInput
        If the header cannot be followed, there are too many voxels, or the packing is damaged.
    OSError
        If the disk does not take the file.
    """
    head = read_head(path, HEAD_BYTES)
    check_nifti(head)
    _, order = find_layout(head)
    rank, *sides = struct.unpack_from(order + DOUBLE.size[1], head, DOUBLE.size[0])
    voxels, bits = prod(sides[: max(rank, 0)]), _read(head, order, "voxel")[1]
    if voxels > max_voxels or max(sides) > MAX_SIDE:
        raise RejectedInput(
            "too large", f"The image has {voxels} voxels; expected {max_voxels} or fewer."
        )
    header = _header_of(head, order)
    left = max(voxels, 0) * max(bits, 0) // 8
    with target.open("xb") as file:
        file.write(header)
        for block in read_blocks(path, start=_read(head, order, "offset")[0], count=left):
            file.write(block)


def _read(head, order, field):
    place, form = getattr(DOUBLE, field)
    return struct.unpack_from(order + form, head, place)


def _header_of(head, order):
    """The NIfTI-1 header, with the four bytes that say that no extension follows."""
    header = bytearray(FIRST_VOXEL)
    fields = {name: _read(head, order, name) for name in SAME}
    fields["codes"] = [int(code > 0) for code in _read(head, order, "codes")]
    fields |= {"magic": [b"n+1"], "offset": [FIRST_VOXEL]}
    try:
        struct.pack_into(order + "i", header, 0, SINGLE.bytes)
        for name, values in fields.items():
            place, form = getattr(SINGLE, name)
            struct.pack_into(order + form, header, place, *values)
    except (struct.error, OverflowError):
        raise RejectedInput("unreadable", "The image file's header is damaged.") from None
    return header
