"""Whether a NIfTI file is complete and finite; SimpleITK silently reads 0 where it is not."""

import gzip
import struct
from math import prod
from pathlib import Path

import numpy as np

HEADER_BYTES = 348
BLOCK = 1 << 20
FLOATS = {16: "f4", 64: "f8"}  # nifti1.h: DT_FLOAT32, DT_FLOAT64


def is_truncated(path):
    """Whether a NIfTI-1 file ends before its last voxel.

    Parameters
    ----------
    path : str or Path
        Ending in .nii or .nii.gz.

    Returns
    -------
    bool
        False also for what is no NIfTI-1 file at all.

    Raises
    ------
    OSError, EOFError
        If the compression is damaged.

    References
    ----------
    NIfTI-1 data format, nifti1.h: dim at byte 40, bitpix at 72, vox_offset at 108.
    """
    path = Path(path)
    packed = path.suffix == ".gz"
    with gzip.open(path) if packed else path.open("rb") as file:
        expected = _expected_bytes(file.read(HEADER_BYTES))
    if not packed:
        return path.stat().st_size < expected
    with path.open("rb") as file:
        file.seek(-4, 2)
        promised = struct.unpack("<I", file.read(4))[0]  # gzip ends in the length, modulo 2**32
    return promised != expected % 2**32 and _is_shorter(path, expected)


def has_nonfinite_voxels(path):
    """Whether a NIfTI-1 file has voxels that are infinite or not a number.

    The library that reads the file takes them for 0.

    Parameters
    ----------
    path : str or Path
        A whole file, ending in .nii or .nii.gz.

    Returns
    -------
    bool
        False for whole-number voxels, and for what is no NIfTI-1 file.
    """
    path = Path(path)
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        header = file.read(HEADER_BYTES)
        order = _byte_order(header)
        kind = order and FLOATS.get(struct.unpack_from(f"{order}h", header, 70)[0])
        if not kind:
            return False
        left = _expected_bytes(header) - HEADER_BYTES
        skipped = int(struct.unpack_from(f"{order}f", header, 108)[0]) - HEADER_BYTES
        file.read(skipped)
        left -= skipped
        while left > 0 and (block := file.read(min(BLOCK, left))):
            voxels = np.frombuffer(block[: len(block) // 8 * 8], dtype=order + kind)
            if not np.isfinite(voxels).all():
                return True
            left -= len(block)
    return False


def _byte_order(header):
    """The byte order of a NIfTI-1 header, empty if it is none."""
    for order in "<>":
        if header[:4] == struct.pack(f"{order}i", HEADER_BYTES) and len(header) == HEADER_BYTES:
            return order
    return ""


def _expected_bytes(header):
    """Length that a header promises; 0 if it is none of NIfTI-1."""
    order = _byte_order(header)
    if not order:
        return 0
    rank, *sizes = struct.unpack_from(f"{order}8h", header, 40)
    bits = struct.unpack_from(f"{order}h", header, 72)[0]
    start = struct.unpack_from(f"{order}f", header, 108)[0]
    return int(start) + prod(sizes[: max(rank, 0)]) * bits // 8


def _is_shorter(path, expected):
    """Whether a packed file unpacks to fewer bytes; it is not unpacked any further."""
    counted = 0
    with gzip.open(path) as file:
        while counted < expected and (block := file.read(BLOCK)):
            counted += len(block)
    return counted < expected
