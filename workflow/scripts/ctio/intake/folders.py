"""Files of a folder, links followed, and gzipped ones among them unpacked."""

import gzip
import os
import zlib
from pathlib import Path

from ctio.intake.archives import BLOCK, UnpackingError
from ctio.issues.issue import RejectedInput

GZIP = b"\x1f\x8b"
DICOM_AT, DICOM = 128, b"DICM"


def list_files(folder, *, max_files):
    """Every file in a folder and the folders inside it, each once, whatever links lead to it.

    Parameters
    ----------
    folder : Path
    max_files : int

    Returns
    -------
    list of Path
        In the order of their names.

    Raises
    ------
    RejectedInput
        If there are too many files.
    """
    files, seen, top = {}, set(), os.path.realpath(folder)
    for root, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(root)
        if real in seen or (real != top and Path(top).is_relative_to(real)):
            folders.clear()
            continue
        seen.add(real)
        for path in (Path(root, name) for name in names):
            if path.is_file():
                files.setdefault(os.path.realpath(path), path)
            if len(files) > max_files:
                raise RejectedInput(
                    "too large", f"The CT folder has more files than {max_files}, the limit."
                )
    return sorted(files.values())


def is_gzipped_dicom(path):
    """Whether a file is a DICOM file packed with gzip."""
    try:
        with path.open("rb") as file:
            if file.read(len(GZIP)) != GZIP:
                return False
        with gzip.open(path) as file:
            return file.read(DICOM_AT + len(DICOM))[DICOM_AT:] == DICOM
    except (OSError, EOFError, zlib.error):
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
    for block in _read_blocks(path):
        written += len(block)
        if written > max_bytes:
            raise RejectedInput("too large", "The gzipped files unpack to more than the limit.")
        try:
            with target.open("ab") as file:
                file.write(block)
        except OSError as error:
            raise UnpackingError(error.errno, error.strerror) from error
    return written


def _read_blocks(path):
    try:
        with gzip.open(path) as file:
            while block := file.read(BLOCK):
                yield block
    except (OSError, EOFError, zlib.error):
        raise RejectedInput("unreadable", "A gzipped file is damaged or truncated.") from None
