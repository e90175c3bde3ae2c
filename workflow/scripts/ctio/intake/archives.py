"""A zip archive, unpacked without trusting its headers."""

import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ctio.issues.issue import RejectedInput

BLOCK = 1 << 20


class UnpackingError(OSError):
    """The disk of the folder for temporary files (TMPDIR) does not take an unpacked archive."""


@contextmanager
def unpack_archive(path, *, max_files, max_bytes):
    """A zip archive's files in a folder that is gone afterwards.

    The files are named by number, so that no name in the archive is ever a path; their bytes are
    counted as they come, so that no length in the archive is trusted.

    Parameters
    ----------
    path : Path
    max_files, max_bytes : int
        More files, or more bytes unpacked, are rejected.

    Yields
    ------
    Path

    Raises
    ------
    RejectedInput
        If the archive is damaged, needs a password, or is beyond the limits.
    UnpackingError
        If the disk of the folder for temporary files does not take it.
    """
    with TemporaryDirectory(prefix="ctio-") as folder:
        for number, block in _read_blocks(path, max_files, max_bytes):
            try:
                with Path(folder, f"{number:06d}").open("ab") as file:
                    file.write(block)
            except OSError as error:
                raise UnpackingError(error.errno, error.strerror) from error
        yield Path(folder)


def _read_blocks(path, max_files, max_bytes):
    """The archive's files as (number, bytes), block by block."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _unpack(archive, max_files, max_bytes)
    except RejectedInput:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
        raise RejectedInput("unreadable", "The zip archive is damaged or truncated.") from None
    except (RuntimeError, NotImplementedError):
        raise RejectedInput(
            "locked archive", "The zip archive needs a password or has an unusual packing."
        ) from None


def _unpack(archive, max_files, max_bytes):
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > max_files:
        raise RejectedInput(
            "too large",
            f"The zip archive has {len(members)} files; expected {max_files} or fewer.",
        )
    left = max_bytes
    for number, member in enumerate(sorted(members, key=lambda member: member.filename)):
        with archive.open(member) as packed:
            while block := packed.read(BLOCK):
                left -= len(block)
                if left < 0:
                    raise RejectedInput(
                        "too large",
                        f"The zip archive unpacks to more than {max_bytes} bytes.",
                    )
                yield number, block
