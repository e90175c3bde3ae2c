"""Is a NIfTI file whole? The library that reads it fills what is missing with zeros and goes on."""

import gzip
import struct
from math import prod
from pathlib import Path

HEADER_BYTES = 348
BLOCK = 1 << 20


def is_cut_off(path):
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
        said = struct.unpack("<I", file.read(4))[0]  # gzip ends in the length, modulo 2**32
    return said != expected % 2**32 and _unpacked_bytes(path) < expected


def _expected_bytes(header):
    """Length that a header promises; 0 if it is none of NIfTI-1."""
    for order in "<>":
        if header[:4] == struct.pack(f"{order}i", HEADER_BYTES) and len(header) == HEADER_BYTES:
            rank, *sizes = struct.unpack_from(f"{order}8h", header, 40)
            bits = struct.unpack_from(f"{order}h", header, 72)[0]
            start = struct.unpack_from(f"{order}f", header, 108)[0]
            return int(start) + prod(sizes[: max(rank, 0)]) * bits // 8
    return 0


def _unpacked_bytes(path):
    """Length after unpacking, counted; for files packed in several pieces."""
    with gzip.open(path) as file:
        return sum(len(block) for block in iter(lambda: file.read(BLOCK), b""))
