"""Files that may be packed with gzip."""

import gzip
import zlib

from ctio.intake.archives import BLOCK, UnpackingError
from ctio.issues.issue import RejectedInput

MARK = b"\x1f\x8b"
DICOM_AT, DICOM = 128, b"DICM"
DAMAGED = (OSError, EOFError, zlib.error)  # what a damaged file raises


def is_packed(path):
    """Whether a file begins as gzip's do."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


def open_unpacked(path):
    """A file opened for its bytes, unpacked where it is packed."""
    return gzip.open(path) if is_packed(path) else path.open("rb")


def read_head(path, count):
    """The first bytes of an image file, unpacked.

    Raises
    ------
    RejectedInput
        If it cannot be read.
    """
    try:
        with open_unpacked(path) as file:
            return file.read(count)
    except DAMAGED:
        raise RejectedInput("unreadable", "The image file is damaged or truncated.") from None


def read_blocks(path, *, start=0, count=None):
    """Blocks of an image file's bytes, unpacked: so many from a place on, or those that are there.

    Raises
    ------
    RejectedInput
        If it cannot be read.
    """
    left = float("inf") if count is None else count
    try:
        with open_unpacked(path) as file:
            file.seek(start)
            while left > 0 and (block := file.read(int(min(BLOCK, left)))):
                left -= len(block)
                yield block
    except DAMAGED:
        raise RejectedInput("unreadable", "The image file is damaged or truncated.") from None


def is_gzipped_dicom(path):
    """Whether a file is a DICOM file packed with gzip."""
    try:
        return is_packed(path) and read_head(path, DICOM_AT + len(DICOM))[DICOM_AT:] == DICOM
    except (OSError, RejectedInput):
        return False


def unpack_gzip(path, target, *, max_bytes):
    """Unpack one file.

    Parameters
    ----------
    path, target : Path
    max_bytes : int

    Returns
    -------
    int
        Bytes written.

    Raises
    ------
    RejectedInput
        If there are more bytes than the limit, or the file is damaged.
    UnpackingError
        If the disk does not take it.
    """
    written = 0
    for block in read_blocks(path):
        written += len(block)
        if written > max_bytes:
            raise RejectedInput("too large", "The gzipped files unpack to more than the limit.")
        try:
            with target.open("ab") as file:
                file.write(block)
        except OSError as error:
            raise UnpackingError(error.errno, error.strerror) from error
    return written
